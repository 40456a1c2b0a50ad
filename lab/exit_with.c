// SPDX-License-Identifier: GPL-2.0
/*
 * $(exit-with N) for GNU make: end with status N. make ends with 2 whatever
 * status a recipe failed with, and `make guest` shall end with its program's.
 */
#include <stdlib.h>
#include <gnumake.h>

int plugin_is_GPL_compatible;

static char *exit_with(const char *name, unsigned int argc, char **argv)
{
	(void)name;
	(void)argc;
	exit(atoi(argv[0]));
}

int exit_with_gmk_setup(const gmk_floc *where);
int exit_with_gmk_setup(const gmk_floc *where)
{
	(void)where;
	gmk_add_function("exit-with", exit_with, 1, 1, GMK_FUNC_DEFAULT);
	return 1;
}
