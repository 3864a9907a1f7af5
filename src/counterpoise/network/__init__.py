"""The one room that opens connections: `pages` for reports, `files` for open data; off unless asked for."""
