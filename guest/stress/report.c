// SPDX-License-Identifier: GPL-2.0
/* What it says: a line at a time on stderr, and what was counted on stdout. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "stress.h"

/* One write for a line, whoever else writes. Also in the child of a process with threads. */
void say(const char *fmt, ...)
{
	char line[2048] = "stress: ";
	int len = strlen(line);
	va_list args;

	va_start(args, fmt);
	len += vsnprintf(line + len, sizeof(line) - len - 1, fmt, args);
	va_end(args);
	if (len > (int)sizeof(line) - 2)
		len = sizeof(line) - 2;
	line[len++] = '\n';
	if (write(STDERR_FILENO, line, len) < 0)
		_exit(1);
}

void die(const char *fmt, ...)
{
	char line[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	say("%s", line);
	_exit(1);
}

uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000ULL + t.tv_nsec / 1000000;
}

void print_counts(unsigned int hung)
{
	const struct {
		const char *name;
		uint64_t n;
	} counts[] = {
		{ "seed", settings.seed }, { "seconds", settings.seconds }, { "operations", shared->operations },
		{ "refused", shared->refused }, { "migrations", shared->migrations }, { "pages", shared->pages },
		{ "written", shared->written }, { "checked", shared->checked }, { "processes", shared->ended },
		{ "children", shared->children }, { "oom_kills", settings.no_device ? 0 : system_oom_kills() },
		{ "unnoticed", shared->unnoticed }, { "died", shared->died }, { "hung", hung },
		{ "lost_marks", shared->lost_marks }, { "lost_bytes", shared->lost_bytes },
	};
	unsigned int i, n = sizeof(counts) / sizeof(counts[0]);

	for (i = 0; i < n; i++)
		printf("%s=%llu%c", counts[i].name, (unsigned long long)counts[i].n, i < n - 1 ? ' ' : '\n');
	fflush(stdout);
}
