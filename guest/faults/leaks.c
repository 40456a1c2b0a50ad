// SPDX-License-Identifier: GPL-2.0
/*
 * What is left when everything was given back: pages, by who allocated them (page_owner_stacks, since v6.9; MemAvailable
 * where that is not there), and slab objects that nobody points to (kmemleak).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "faults.h"

#define STACKS		"/sys/kernel/debug/page_owner_stacks/show_stacks"
#define KMEMLEAK	"/sys/kernel/debug/kmemleak"
#define OLD_ENOUGH	6	/* s; kmemleak does not look at younger objects */
#define NOISE_KB	4096	/* of MemAvailable */

static char *stacks_before;	/* NULL where the kernel does not say */
static long available_before;

/*
 * Those of a process, of its page tables and of the driver. Not those of slabs, which are kept for the next object and
 * which kmemleak looks into, nor page tables of vmalloc, which stay.
 */
static bool is_ours(const char *stack)
{
	static const char *const names[] = {
		"dmirror_", "migrate_vma", "migrate_device", "do_anonymous_page", "do_huge_pmd", "pte_alloc_one",
		"__pmd_alloc", "__pte_alloc", "copy_page_range", "do_wp_page", "wp_page_copy", "split_huge",
	};
	/* A compiler may inline one of the slabs' two into the other. */
	static const char *const others[] = { "allocate_slab", "alloc_slab_page", "new_slab", "__pte_alloc_kernel" };
	unsigned int i;

	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (strstr(stack, others[i]))
			return false;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strstr(stack, names[i]))
			return true;
	return false;
}

/* Memory that is there all the time: what is allocated to look would be found, too. */
#define ROOM	(4UL << 20)
static char room[2][ROOM];

/* Stacks with an empty line behind each, in one string; NULL where the kernel does not say. */
static char *read_stacks(char *text)
{
	int fd = open(STACKS, O_RDONLY | O_CLOEXEC);
	size_t size = 0;
	ssize_t n;

	if (fd < 0)
		return NULL;
	do {
		n = read(fd, text + size, ROOM - 1 - size);
		if (n < 0 || size + n == ROOM - 1)
			die(STACKS ": %s", n < 0 ? strerror(errno) : "too long");
		size += n;
	} while (n);
	text[size] = '\0';
	close(fd);
	return text;
}

/* Cut the next stack off: what it says is before its number of pages. */
static char *next_stack(char **text, long *pages)
{
	char *stack = *text, *end = strstr(stack, "\n\n"), *number;

	if (!end)
		return NULL;
	*end = '\0';
	*text = end + 2;
	number = strrchr(stack, '\n');	/* "nr_base_pages: 1"; "stack_count: 1" in v6.9 and v6.10 */
	if (!number || sscanf(number, " %*[a-z_]: %ld", pages) != 1)
		die(STACKS " is not what it was: %s", stack);
	number[1] = '\0';
	return stack;
}

static long pages_of(const char *stack, const char *all)
{
	const char *found = strstr(all, stack);
	long pages = 0;

	if (found && sscanf(found + strlen(stack), "%*[a-z_]: %ld", &pages) != 1)
		die(STACKS " is not what it was: %s", found);
	return pages;
}

/* Pages that such stacks own and did not before. */
static long more_owned(bool loud)
{
	char *text = read_stacks(room[1]), *rest = text, *stack;
	long pages, before, sum = 0;

	if (!text)
		die(STACKS ": %s", strerror(errno));
	while ((stack = next_stack(&rest, &pages))) {
		before = is_ours(stack) ? pages_of(stack, stacks_before) : pages;
		if (pages <= before)
			continue;
		if (loud)
			say("%ld pages, %ld before:\n%s", pages, before, stack);
		sum += pages - before;
	}
	return sum;
}

static long available_kb(void)
{
	char line[128];
	FILE *f = fopen("/proc/meminfo", "r");
	long kb = -1;

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "MemAvailable: %ld kB", &kb) == 1)
			break;
	if (!f || kb < 0)
		die("/proc/meminfo has no MemAvailable");
	fclose(f);
	return kb;
}

static void drop_caches(void)
{
	if (!write_file("/proc/sys/vm/drop_caches", "3"))
		die("cannot drop the caches: %s", strerror(errno));
}

void leaks_before(void)
{
	if (!write_file(KMEMLEAK, "clear"))
		die(KMEMLEAK ": %s (CONFIG=debug has it, and kmemleak=on turns it on)", strerror(errno));
	memset(room, 1, sizeof(room));
	/* Twice, so that what is allocated on the way, and kept, is there the second time. */
	available_before = available_kb();
	stacks_before = read_stacks(room[0]);
	if (stacks_before)
		more_owned(false);
	drop_caches();
	available_before = available_kb();
	stacks_before = read_stacks(room[0]);
	if (!stacks_before)
		say("this kernel has no page_owner_stacks: leaks of pages show in MemAvailable alone");
}

static unsigned long objects_left(void)
{
	unsigned long n = 0;
	char line[512];
	FILE *f;

	/* One that was just handed from one place to another is found by the second look. */
	sleep(OLD_ENOUGH);
	if (!write_file(KMEMLEAK, "scan") || !write_file(KMEMLEAK, "scan"))
		die(KMEMLEAK ": %s", strerror(errno));
	f = fopen(KMEMLEAK, "r");
	if (!f)
		die(KMEMLEAK ": %s", strerror(errno));
	while (fgets(line, sizeof(line), f)) {
		n += !strncmp(line, "unreferenced object", 19);
		fprintf(stderr, "%s", line);
	}
	fclose(f);
	return n;
}

/* How many pages and objects. */
unsigned long leaks_after(void)
{
	unsigned long objects = objects_left();
	long pages;

	drop_caches();
	if (stacks_before)
		pages = more_owned(true);
	else
		pages = (available_before - available_kb() - NOISE_KB) / 4;
	if (pages < 0)
		pages = 0;
	if (pages)
		say("leaked: %ld pages", pages);
	if (objects)
		say("leaked: %lu objects", objects);
	return pages + objects;
}
