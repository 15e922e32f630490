"""`python -m monitor` is `seedwatch`."""

from monitor.cli.main import main

main()
