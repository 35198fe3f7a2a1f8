"""The OpenAPI document of the control plane, derived from the table of its calls."""
