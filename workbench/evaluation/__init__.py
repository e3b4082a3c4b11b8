"""What effect: rates and money per segment, lift of experiment arms, each with the interval it deserves."""
