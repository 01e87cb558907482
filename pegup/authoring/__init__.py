"""What trainers and the Forum write in files: read without tricks, each fault named at its place."""
