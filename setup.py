"""Say which packages ship; everything else about the distribution is in setup.cfg.

The Alembic environment lives in the top-level ``migrations`` folder, where operators and
contributors look for it. It ships as the package ``growthcore_migrations``, because a bare
``migrations`` in site-packages would collide with other projects. setup.cfg can't add a renamed
package to the ones it finds, hence this file.
"""

from setuptools import find_packages, setup

setup(
    packages=[*find_packages(include=["growthcore", "growthcore.*"]), "growthcore_migrations"],
    package_dir={"growthcore_migrations": "migrations"},
)
