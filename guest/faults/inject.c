// SPDX-License-Identifier: GPL-2.0
/* The kernel's fault injection: failslab and fail_page_alloc, for this thread alone. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "faults.h"

#define DEBUGFS "/sys/kernel/debug/"

static int nth_fd, make_fd;
static enum { NONE, NTH, CHANCE } how;

static void set(const char *attr, const char *file, const char *value)
{
	char path[128];

	snprintf(path, sizeof(path), DEBUGFS "%s/%s", attr, file);
	if (!write_file(path, value))
		die("%s: %s (CONFIG=debug has it)", path, strerror(errno));
}

/* Every kind of allocation may fail, those that could wait, too. What fails is not news for the console. */
void inject_start(void)
{
	static const char *const attrs[] = { "failslab", "fail_page_alloc" };
	unsigned int i;

	for (i = 0; i < 2; i++) {
		set(attrs[i], "ignore-gfp-wait", "N");
		set(attrs[i], "task-filter", "Y");
		set(attrs[i], "verbose", "0");
		set(attrs[i], "times", "-1");
		set(attrs[i], "probability", "0");
	}
	set("failslab", "cache-filter", "N");
	set("fail_page_alloc", "ignore-gfp-highmem", "N");
	nth_fd = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	make_fd = open("/proc/self/make-it-fail", O_RDWR | O_CLOEXEC);
	if (nth_fd < 0 || make_fd < 0)
		die("/proc/self/fail-nth, make-it-fail: %s", strerror(errno));
}

/*
 * Whether single pages may fail. Not where somebody calls vmalloc() with __GFP_NOFAIL, as the driver does for the arrays
 * of an eviction: when a page of the kernel's page tables fails there, what is mapped already is in its way, for ever.
 */
void inject_small(bool small)
{
	set("fail_page_alloc", "min-order", small ? "0" : "1");
}

static void put(int fd, unsigned int n)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", n);

	if (pwrite(fd, text, len, 0) != len)
		die("cannot set fault injection: %s", strerror(errno));
}

/* The n-th allocation from here on fails, and no other. */
void inject_nth(unsigned int n)
{
	how = NTH;
	put(nth_fd, n);
}

void inject_percent(unsigned int percent)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", percent);
	set("failslab", "probability", text);
	set("fail_page_alloc", "probability", text);
	how = CHANCE;
	put(make_fd, 1);
}

/* Whether the n-th allocation came; of those by chance nobody keeps count. The second call says what the first did. */
bool inject_stop(void)
{
	static bool came;
	char text[16] = "";

	switch (how) {
	case NTH:
		if (pread(nth_fd, text, sizeof(text) - 1, 0) <= 0)
			die("cannot read fail-nth: %s", strerror(errno));
		put(nth_fd, 0);
		came = !atoi(text);
		break;
	case CHANCE:
		put(make_fd, 0);
		came = true;
		break;
	case NONE:
		break;
	}
	how = NONE;
	return came;
}

/* In a forked child, which has inherited the chance and not the number. Opening a file may fail as well. */
void inject_stop_in_child(void)
{
	while (how == CHANCE && !write_file("/proc/self/make-it-fail", "0"))
		;
	how = NONE;
}
