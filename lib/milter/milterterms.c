#include "milter/milterterms.h"
#include "milter/miltermacro.h"
#include <string.h>

/* what there is up to each version */
static const struct {
	uint32_t actions, steps;
} known[MILTERTERMS_VERSION_MAX + 1] = {
	[2] = { 0x3f, 0x7f },
	[3] = { 0x3f, 0x1ff },
	[4] = { 0x3f, 0x3ff },
	[5] = { 0x3f, 0x3ff },
	[6] = { 0x1ff, 0x1fffff | MILTER_DATA_256K | MILTER_DATA_1M },
};

int
milterterms_offer(struct buf *b, unsigned version)
{
	size_t at;

	if (milterpacket_begin(b, MILTER_NEGOTIATE, &at) == -1 ||
	    milterpacket_number(b, version) == -1 ||
	    milterpacket_number(b, known[version].actions) == -1 ||
	    milterpacket_number(b, known[version].steps) == -1)
		return -1;
	milterpacket_end(b, at);
	return 0;
}

/* "j {client_addr} ...": those that there are here */
static void
choose(struct milterterms *t, uint32_t stage, const char *names)
{
	size_t n;
	int macro;

	t->chosen |= 1u << stage;
	t->macros[stage] = 0;
	while (*names != '\0') {
		n = strcspn(names, " ,\t");
		macro = miltermacro_find(names, n);
		if (macro != -1)
			t->macros[stage] |= 1u << macro;
		names += n;
		names += strspn(names, " ,\t");
	}
}

/* which macros are wanted, behind the three numbers: 0, or -1 */
static int
read_macros(struct milterterms *t, const char *p, const char *end)
{
	const char *names;
	uint32_t stage;

	while (p < end) {
		if (end - p < 4)
			return -1;
		stage = milterpacket_u32(p);
		p += 4;
		names = milterpacket_string(&p, end);
		if (names == NULL)
			return -1;
		/* a stage that we do not know has no macros of ours */
		if (stage < MILTER_STAGES)
			choose(t, stage, names);
	}
	return 0;
}

static size_t
data_max(uint32_t steps)
{
	return steps & MILTER_DATA_1M  ? (1 << 20) - 1
	    : steps & MILTER_DATA_256K ? (1 << 18) - 1
				       : MILTERPACKET_DATA_64K;
}

const char *
milterterms_read(struct milterterms *t, unsigned version,
    const struct milterpacket *k)
{
	memset(t, 0, sizeof *t);
	if (k->what != MILTER_NEGOTIATE || k->len < 12)
		return "it does not negotiate";
	t->version = milterpacket_u32(k->data);
	t->actions = milterpacket_u32(k->data + 4);
	t->steps = milterpacket_u32(k->data + 8);
	if (t->version < MILTERTERMS_VERSION_MIN || t->version > version)
		return "it wants another version";
	if (t->actions & ~known[version].actions)
		return "it wants to change what was not offered";
	if (t->steps & ~known[version].steps)
		return "it wants steps that were not offered";
	if (read_macros(t, k->data + 12, k->data + k->len) == -1)
		return "its list of macros is damaged";
	t->data_max = data_max(t->steps);
	return NULL;
}
