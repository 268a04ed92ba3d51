"""The catalog as a server that answers like the Hugging Face Hub."""
