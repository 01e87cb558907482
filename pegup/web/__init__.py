"""What every page stands on: access, language, forms, errors, headers, templates."""
