"""SQLAlchemy models, repositories, unit of work and migrations: the only SQL of the product."""
