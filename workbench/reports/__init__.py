"""Reports: an executed notebook becomes one offline page, for those inside or for those one shares with."""
