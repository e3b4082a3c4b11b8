"""Jobs: long work as subprocesses with a folder each, seen alike by notebooks, JupyterLab and the command line."""
