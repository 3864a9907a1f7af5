"""The one room that opens connections: `pages` for reports and the user's endpoint, `files` for open data; off unless asked for."""
