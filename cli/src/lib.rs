//! The quicken command.
