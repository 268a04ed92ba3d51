"""The catalog's page for people: server-rendered, in Chinese first, without a request to anywhere else and without need of JavaScript."""
