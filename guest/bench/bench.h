/* SPDX-License-Identifier: GPL-2.0 */
/* What it costs to move a process's memory to the test_hmm device, and what others feel of it. */
#ifndef LAB_BENCH_H
#define LAB_BENCH_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#define PAGE		4096UL
#define TABLE_PAGES	512UL		/* what a page table maps */
#define TABLE		(TABLE_PAGES * PAGE)
#define HUGE_ORDER	9U		/* of a folio that takes a whole page table's place */
#define MOST_OTHERS	255U		/* threads and children */

/* What the memory is like, and who else has it. */
struct layout {
	const char *name;
	unsigned long pages;	/* that are there */
	unsigned int stride;	/* 2: every other page of the range is there */
	bool half;		/* the first half is on the device already */
	unsigned int order;	/* of the folios */
	unsigned int threads;	/* other threads of the process, */
	unsigned int children;	/* and forked children, all busy, each on a CPU of its own */
	bool sleeper;		/* a forked child that sleeps: the pages are shared, and no other CPU is concerned */
};

struct range {
	char *start;		/* at the start of a page table */
	char *mirror;		/* what the driver hands back goes there */
	unsigned long pages;
	int device;
};

/* main.c */
void die(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));
uint64_t now_ns(void);
unsigned long number(const char *text, unsigned long least, unsigned long most);
/* A process of its own, which leaves nothing behind; what it has to say is in memory from shared_memory(). */
void in_process(void (*run)(const struct layout *, void *), const struct layout *layout, void *result);
void *shared_memory(size_t size);

/* range.c */
void range_make(struct range *r, const struct layout *layout);
void range_half(struct range *r);
void range_to_device(struct range *r, unsigned long pages);
unsigned long range_on_device(const struct range *r);
unsigned long range_tables(const struct layout *layout);

/* folios.c */
unsigned int folio_orders(unsigned int orders[], unsigned int most);
void folio_order_set(unsigned int order, bool on);
void folio_order_check(const struct range *r, const struct layout *layout);

/* others.c */
unsigned int cpus(void);
void pin(unsigned int cpu);
void others_start(const struct layout *layout);
void others_stop(void);

/* trace.c: TLB shootdowns by the tracepoint tlb:tlb_flush, which only x86 has. */
struct shootdowns {
	unsigned long sent;	/* that this task asked for */
	unsigned long received;	/* interrupts that others got for them */
};
void trace_begin(unsigned long events);
void trace_end(struct shootdowns *count);

/* yardsticks.c */
struct yardstick {
	const char *name;
	bool (*prepare)(void);		/* once; false if this kernel has no such thing */
	void (*run)(struct range *r);
};
/* Of those that this kernel has: the first one, for NULL, or the one after @yardstick; NULL after the last. */
const struct yardstick *next_yardstick(const struct yardstick *yardstick);

/* The modes. */
int shootdowns(int argc, char **argv);
int calls(int argc, char **argv);
int times(int argc, char **argv);

#endif
