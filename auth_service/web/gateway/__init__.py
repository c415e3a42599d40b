"""What a gateway asks before it lets a request through to an application."""
