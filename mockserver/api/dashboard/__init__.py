"""The dashboard page: what the API's web application uses, as the branch `dashboard` answers."""
