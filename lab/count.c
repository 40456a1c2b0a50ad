// SPDX-License-Identifier: GPL-2.0
/*
 * A QEMU TCG plugin: what the guest executes between two marks (guest/bench/calls.c), exactly, and how much of that within
 * migrate_vma_setup(), migrate_vma_pages() and migrate_vma_finalize(), with what they call. Counted are
 *	insns	all instructions
 *	flushes	those that invalidate entries of the TLB: TLBI; on x86 INVLPG, INVPCID and writes to CR3
 *	waits	DSB ISH, which waits until all CPUs have done what TLBI asks for; none on x86, which sends interrupts
 *
 *	-plugin count.so,out=FILE,setup=ADDRESS,pages=ADDRESS,finalize=ADDRESS
 * writes a line for each pair of marks. One CPU only: the counters are nobody's in particular.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <qemu-plugin.h>

#define MARK_BEGIN	0x4c42
#define MARK_END	0x4c43
#define MOST_SITES	256

enum { INSNS, FLUSHES, WAITS, COUNTERS };
static const char *const counters[COUNTERS] = { "insns", "flushes", "waits" };

static uint64_t now[COUNTERS];	/* since the guest was started; the translated code adds to it */

/* From the first mark to the second, or a function. */
static struct span {
	const char *name;
	uint64_t function;
	bool inside;
	uint64_t calls, begin[COUNTERS], sum[COUNTERS];
} spans[] = { { .name = "all" }, { .name = "setup" }, { .name = "pages" }, { .name = "finalize" } };
#define SPANS	(sizeof(spans) / sizeof(spans[0]))

/* Where a function returns to. */
static struct site {
	uint64_t address;
	struct span *span;
} sites[MOST_SITES];
static unsigned int nsites;

static FILE *out;
static bool arm;

QEMU_PLUGIN_EXPORT int qemu_plugin_version = QEMU_PLUGIN_VERSION;

static void begin(unsigned int cpu, void *data)
{
	struct span *s = data;

	(void)cpu;
	s->inside = true;
	memcpy(s->begin, now, sizeof(now));
}

static void end(unsigned int cpu, void *data)
{
	struct span *s = data;
	unsigned int i;

	(void)cpu;
	if (!s->inside)
		return;
	s->inside = false;
	s->calls++;
	for (i = 0; i < COUNTERS; i++)
		s->sum[i] += now[i] - s->begin[i];
}

static void mark_begin(unsigned int cpu, void *data)
{
	unsigned int i;

	(void)data;
	for (i = 0; i < SPANS; i++) {
		spans[i].calls = 0;
		memset(spans[i].sum, 0, sizeof(spans[i].sum));
	}
	begin(cpu, &spans[0]);
}

static void mark_end(unsigned int cpu, void *data)
{
	unsigned int i, j;

	(void)data;
	end(cpu, &spans[0]);
	for (i = 0; i < SPANS; i++) {
		fprintf(out, "%s%s_calls=%llu", i ? " " : "", spans[i].name, (unsigned long long)spans[i].calls);
		for (j = 0; j < COUNTERS; j++)
			fprintf(out, " %s_%s=%llu", spans[i].name, counters[j], (unsigned long long)spans[i].sum[j]);
	}
	fputc('\n', out);
	if (fflush(out)) {
		perror("count.so");
		abort();
	}
}

static uint32_t word(const uint8_t *p)
{
	return p[0] | p[1] << 8 | p[2] << 16 | (uint32_t)p[3] << 24;
}

/* What one instruction is. */
struct insn {
	uint64_t address;
	const uint8_t *data;
	size_t size;
};

static uint32_t mark_of(const struct insn *i)
{
	if (arm)	/* mov xzr, n */
		return (word(i->data) & 0xffe0001f) == 0xd280001f ? word(i->data) >> 5 & 0xffff : 0;
	/* nopl n(%rax) */
	return i->size == 7 && !memcmp(i->data, "\x0f\x1f\x80", 3) ? word(i->data + 3) : 0;
}

/* The function that it calls, 0 if it calls none. */
static uint64_t callee(const struct insn *i)
{
	if (arm) {
		if ((word(i->data) & 0xfc000000) != 0x94000000)	/* bl */
			return 0;
		return i->address + (int32_t)(word(i->data) << 6) / 16;
	}
	return i->size == 5 && i->data[0] == 0xe8 ? i->address + 5 + (int32_t)word(i->data + 1) : 0;
}

static bool is_flush(const struct insn *i)
{
	const uint8_t *p = i->data;
	size_t size = i->size;

	if (arm)	/* tlbi */
		return (word(p) & 0xfff8f000) == 0xd5088000;
	if (size >= 4 && !memcmp(p, "\x66\x0f\x38\x82", 4))	/* invpcid */
		return true;
	if (size && (*p & 0xf0) == 0x40) {	/* REX */
		p++;
		size--;
	}
	if (size < 3 || p[0] != 0x0f)
		return false;
	return (p[1] == 0x01 && p[2] >> 6 != 3 && (p[2] >> 3 & 7) == 7) ||	/* invlpg */
	       (p[1] == 0x22 && (p[2] >> 3 & 7) == 3);				/* mov ..., %cr3 */
}

static bool is_wait(const struct insn *i)
{
	return arm && word(i->data) == 0xd5033b9f;	/* dsb ish */
}

static void add_site(uint64_t address, struct span *span)
{
	unsigned int i;

	for (i = 0; i < nsites; i++)
		if (sites[i].address == address)
			return;
	if (nsites == MOST_SITES) {
		fprintf(stderr, "count.so: more than %d calls\n", MOST_SITES);
		abort();
	}
	sites[nsites++] = (struct site){ address, span };
}

static void translate_one(struct qemu_plugin_insn *insn)
{
	struct insn i = { qemu_plugin_insn_vaddr(insn), qemu_plugin_insn_data(insn), qemu_plugin_insn_size(insn) };
	uint32_t mark = mark_of(&i);
	uint64_t function = callee(&i);
	unsigned int j;

	qemu_plugin_register_vcpu_insn_exec_inline(insn, QEMU_PLUGIN_INLINE_ADD_U64, &now[INSNS], 1);
	if (is_flush(&i))
		qemu_plugin_register_vcpu_insn_exec_inline(insn, QEMU_PLUGIN_INLINE_ADD_U64, &now[FLUSHES], 1);
	if (is_wait(&i))
		qemu_plugin_register_vcpu_insn_exec_inline(insn, QEMU_PLUGIN_INLINE_ADD_U64, &now[WAITS], 1);
	if (mark == MARK_BEGIN)
		qemu_plugin_register_vcpu_insn_exec_cb(insn, mark_begin, QEMU_PLUGIN_CB_NO_REGS, NULL);
	if (mark == MARK_END)
		qemu_plugin_register_vcpu_insn_exec_cb(insn, mark_end, QEMU_PLUGIN_CB_NO_REGS, NULL);
	/* Where it returns to is translated after the call, which ends a block. */
	for (j = 1; function && j < SPANS; j++) {
		if (spans[j].function == function) {
			qemu_plugin_register_vcpu_insn_exec_cb(insn, begin, QEMU_PLUGIN_CB_NO_REGS, &spans[j]);
			add_site(i.address + i.size, &spans[j]);
		}
	}
	for (j = 0; j < nsites; j++)
		if (sites[j].address == i.address)
			qemu_plugin_register_vcpu_insn_exec_cb(insn, end, QEMU_PLUGIN_CB_NO_REGS, sites[j].span);
}

static void translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t i;

	(void)id;
	for (i = 0; i < qemu_plugin_tb_n_insns(tb); i++)
		translate_one(qemu_plugin_tb_get_insn(tb, i));
}

/* The span that an argument "name=address" is about, NULL if there is none. */
static struct span *span_of(const char *arg)
{
	size_t i, n = strcspn(arg, "=");

	for (i = 1; i < SPANS; i++)
		if (strlen(spans[i].name) == n && !strncmp(arg, spans[i].name, n))
			return &spans[i];
	return NULL;
}

QEMU_PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv)
{
	struct span *span;
	size_t j;
	int i;

	if (!info->system_emulation || info->system.smp_vcpus != 1) {
		fprintf(stderr, "count.so: for a machine with one CPU\n");
		return -1;
	}
	arm = !strcmp(info->target_name, "aarch64");
	if (!arm && strcmp(info->target_name, "x86_64")) {
		fprintf(stderr, "count.so: knows x86_64 and aarch64, not %s\n", info->target_name);
		return -1;
	}
	for (i = 0; i < argc; i++) {
		span = span_of(argv[i]);
		if (span) {
			span->function = strtoull(strchr(argv[i], '=') + 1, NULL, 16);
		} else if (!strncmp(argv[i], "out=", 4) && !out) {
			out = fopen(argv[i] + 4, "w");
			if (!out) {
				fprintf(stderr, "count.so: %s: %s\n", argv[i] + 4, strerror(errno));
				return -1;
			}
		} else {
			fprintf(stderr, "count.so: unknown argument %s\n", argv[i]);
			return -1;
		}
	}
	for (j = 1; j < SPANS; j++) {
		if (!spans[j].function || !out) {
			fprintf(stderr, "count.so: out=FILE and the address of each function are needed\n");
			return -1;
		}
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
	return 0;
}
