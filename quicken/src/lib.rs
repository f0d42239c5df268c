//! The engine that outsiders embed.
