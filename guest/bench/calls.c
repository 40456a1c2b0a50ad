// SPDX-License-Identifier: GPL-2.0
/*
 * Migrations between two marks, for lab/count.c to count what is executed from the one to the other. A mark is an
 * instruction that does nothing and that no compiler makes. For each line of output the plugin has one, in this order.
 */
#include <string.h>
#include <unistd.h>

#include "bench.h"

/* These are in lab/count.c, too. */
#if defined(__x86_64__)	/* nopl n(%rax) */
#define MARK(n)	asm volatile(".byte 0x0f, 0x1f, 0x80; .long " n ::: "memory")
#elif defined(__aarch64__)	/* mov xzr, n */
#define MARK(n)	asm volatile(".inst 0xd2800000 | (" n ") << 5 | 31" ::: "memory")
#else
#error "no mark for this architecture"
#endif
#define BEGIN	"0x4c42"
#define END	"0x4c43"

#define ROUNDS	9	/* the first has to fill caches of the kernel's, others are hit by a timer interrupt */

#define SETTLE_US	20000	/* what the kernel has put off, as the end of the process before */

static const struct yardstick *yardstick;

static void measure(const struct layout *layout, void *arg)
{
	unsigned long before, *moved = arg;
	struct range r;

	range_make(&r, layout);
	if (layout->half)
		range_half(&r);
	before = range_on_device(&r);
	others_start(layout);
	usleep(SETTLE_US);
	if (yardstick) {
		MARK(BEGIN);
		yardstick->run(&r);
		MARK(END);
	} else {
		MARK(BEGIN);
		range_to_device(&r, r.pages);
		MARK(END);
	}
	*moved = range_on_device(&r) - before;
	others_stop();
}

static void call(const struct layout *layout)
{
	static unsigned long *moved;
	unsigned int i;

	if (!moved)
		moved = shared_memory(sizeof(*moved));
	if (layout->order && layout->order < HUGE_ORDER)
		folio_order_set(layout->order, true);
	for (i = 0; i < ROUNDS; i++) {
		in_process(measure, layout, moved);
		printf("round=%u layout=%s order=%u pages=%lu tables=%lu moved=%lu\n", i, layout->name, layout->order,
		       layout->pages, range_tables(layout), *moved);
	}
	if (layout->order && layout->order < HUGE_ORDER)
		folio_order_set(layout->order, false);
}

static void plain(void)
{
	static const struct layout layouts[] = {
		{ .name = "exclusive", .pages = 1, .stride = 1 },
		{ .name = "exclusive", .pages = 2, .stride = 1 },
		{ .name = "exclusive", .pages = 8, .stride = 1 },
		{ .name = "exclusive", .pages = 64, .stride = 1 },
		{ .name = "exclusive", .pages = 512, .stride = 1 },
		{ .name = "exclusive", .pages = 2048, .stride = 1 },
		{ .name = "every-other", .pages = 1, .stride = 2 },
		{ .name = "every-other", .pages = 256, .stride = 2 },
		{ .name = "half-there", .pages = 512, .stride = 1, .half = true },
		{ .name = "shared", .pages = 1, .stride = 1, .sleeper = true },
		{ .name = "shared", .pages = 64, .stride = 1, .sleeper = true },
		{ .name = "shared", .pages = 512, .stride = 1, .sleeper = true },
		{ .name = "thp", .pages = 512, .stride = 1, .order = HUGE_ORDER },
	};
	unsigned int orders[HUGE_ORDER], norders = folio_orders(orders, HUGE_ORDER), i;
	struct layout layout = { .name = "mthp", .pages = TABLE_PAGES, .stride = 1 };

	for (i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++)
		call(&layouts[i]);
	for (i = 0; i < norders; i++) {
		layout.order = orders[i];
		call(&layout);
	}
}

static void others(void)
{
	struct layout layout = { .pages = TABLE_PAGES, .stride = 1 };

	while ((yardstick = next_yardstick(yardstick))) {
		layout.name = yardstick->name;
		call(&layout);
	}
}

int calls(int argc, char **argv)
{
	(void)argc;
	pin(0);
	if (!strcmp(argv[0], "plain"))
		plain();
	else if (!strcmp(argv[0], "yardsticks"))
		others();
	else {
		fprintf(stderr, "bench: calls of what? plain or yardsticks\n");
		return 2;
	}
	return 0;
}
