"""The store: campaign tables on disk, loaded, checked, protected and queried."""
