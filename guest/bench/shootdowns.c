// SPDX-License-Identifier: GPL-2.0
/* How many TLB shootdowns a migration to the device takes. */
#include <string.h>

#include "bench.h"

#define ROUNDS		3	/* that all must agree is checked */
#define EVENTS		4	/* for each page and each of the others, with room to spare */
#define CPUS_PAGES	64UL	/* where CPUs are many: on an emulator each shootdown waits for its slowest */

struct result {
	unsigned long moved;
	struct shootdowns count;
};

static const struct yardstick *yardstick;	/* instead of the migration */

static void measure(const struct layout *layout, void *arg)
{
	struct result *result = arg;
	struct range r;
	unsigned long before;

	range_make(&r, layout);
	if (layout->half)
		range_half(&r);
	before = range_on_device(&r);
	others_start(layout);
	trace_begin(EVENTS * r.pages * (layout->children + 1));
	if (yardstick)
		yardstick->run(&r);
	else
		range_to_device(&r, r.pages);
	trace_end(&result->count);
	result->moved = range_on_device(&r) - before;
	others_stop();
}

static void count(const struct layout *layout)
{
	static struct result *result;
	unsigned int i, rounds = layout->pages > TABLE_PAGES ? 1 : ROUNDS;
	struct shootdowns least = { -1UL, -1UL }, most = { 0, 0 };

	if (!result)
		result = shared_memory(sizeof(*result));
	if (layout->order && layout->order < HUGE_ORDER)
		folio_order_set(layout->order, true);
	for (i = 0; i < rounds; i++) {
		in_process(measure, layout, result);
		if (result->count.sent < least.sent)
			least.sent = result->count.sent;
		if (result->count.sent > most.sent)
			most.sent = result->count.sent;
		if (result->count.received > most.received)
			most.received = result->count.received;
	}
	if (layout->order && layout->order < HUGE_ORDER)
		folio_order_set(layout->order, false);
	printf("layout=%s order=%u pages=%lu tables=%lu threads=%u children=%u moved=%lu least=%lu most=%lu received=%lu\n",
	       layout->name, layout->order, layout->pages, range_tables(layout), layout->threads, layout->children,
	       result->moved, least.sent, most.sent, most.received);
}

/* By how much is moved: 1 page to 256 MB, on two CPUs. */
static void sizes(void)
{
	static const unsigned long pages[] = { 1, 2, 8, 64, 512, 4096, 16384, 65536 };
	static const struct layout layouts[] = {
		{ .name = "exclusive", .stride = 1, .threads = 1 },
		{ .name = "every-other", .stride = 2, .threads = 1 },
		{ .name = "half-there", .stride = 1, .threads = 1, .half = true },
		{ .name = "shared", .stride = 1, .children = 1 },
		{ .name = "thp", .stride = 1, .threads = 1, .order = HUGE_ORDER },
	};
	unsigned int orders[HUGE_ORDER], norders = folio_orders(orders, HUGE_ORDER), i, j;
	struct layout layout;

	for (i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++) {
		for (j = 0; j < sizeof(pages) / sizeof(pages[0]); j++) {
			layout = layouts[i];
			layout.pages = pages[j];
			/* No half of one page; no huge page of less than a page table. */
			if ((layout.half && layout.pages < 2) || layout.pages < 1UL << layout.order)
				continue;
			count(&layout);
		}
	}
	for (i = 0; i < norders; i++) {
		layout = (struct layout){ .name = "mthp", .pages = TABLE_PAGES, .stride = 1, .threads = 1, .order = orders[i] };
		count(&layout);
	}
}

/* By how many CPUs have the page tables loaded, of this process or of children. */
static void by_cpus(void)
{
	struct layout layout = { .name = "exclusive", .pages = CPUS_PAGES, .stride = 1 };

	for (layout.threads = 0; layout.threads < cpus(); layout.threads += layout.threads < 7 ? 1 : layout.threads + 1)
		count(&layout);
	layout = (struct layout){ .name = "shared", .pages = CPUS_PAGES, .stride = 1 };
	for (layout.children = 1; layout.children < cpus(); layout.children += layout.children + 1)
		count(&layout);
}

/* What the kernel does elsewhere with the same memory. */
static void others(void)
{
	struct layout layout = { .pages = TABLE_PAGES, .stride = 1, .threads = 1 };

	while ((yardstick = next_yardstick(yardstick))) {
		layout.name = yardstick->name;
		count(&layout);
	}
}

int shootdowns(int argc, char **argv)
{
	(void)argc;
	/* So that no process that is measured has ever been on another CPU. */
	pin(0);
	if (!strcmp(argv[0], "sizes"))
		sizes();
	else if (!strcmp(argv[0], "cpus"))
		by_cpus();
	else if (!strcmp(argv[0], "yardsticks"))
		others();
	else {
		fprintf(stderr, "bench: shootdowns of what? sizes, cpus or yardsticks\n");
		return 2;
	}
	return 0;
}
