"""The one read layer: page, API, export and feed take their numbers from here."""
