#include "milter/milterterms.h"
#include "milter/miltermacro.h"
#include "tap.h"

static void
answer(struct buf *b, uint32_t version, uint32_t actions, uint32_t steps)
{
	buf_clear(b);
	milterpacket_number(b, version);
	milterpacket_number(b, actions);
	milterpacket_number(b, steps);
}

static const char *
read_it(struct milterterms *t, unsigned version, const struct buf *b)
{
	struct milterpacket k = { 'O', buf_data(b), buf_len(b) };
	const char *why = milterterms_read(t, version, &k);

	return why == NULL ? "" : why;
}

static void
offers(void)
{
	struct buf b = { 0 };
	struct milterpacket k;

	milterterms_offer(&b, 6);
	is_num(milterpacket_get(buf_data(&b), buf_len(&b), &k), 17, "an offer");
	is_num(k.what, 'O', "its letter");
	is_num(milterpacket_u32(k.data), 6, "version");
	is_num(milterpacket_u32(k.data + 4), 0x1ff, "actions");
	is_num(milterpacket_u32(k.data + 8), 0x301fffff, "steps");
	buf_clear(&b);
	milterterms_offer(&b, 2);
	milterpacket_get(buf_data(&b), buf_len(&b), &k);
	is_num(milterpacket_u32(k.data + 4), 0x3f, "version 2: actions");
	is_num(milterpacket_u32(k.data + 8), 0x7f, "version 2: steps");
	buf_free(&b);
}

static void
answers(void)
{
	static const struct {
		unsigned offered;
		uint32_t version, actions, steps;
		const char *want;
		size_t data_max;
	} t[] = {
		{ 6, 6, 0x1ff, 0x1fffff, "", 65535 },
		{ 6, 6, 0, 0, "", 65535 },
		{ 6, 2, 0x3f, 0x7f, "", 65535 },
		{ 6, 6, 0, MILTER_DATA_256K, "", 262143 },
		{ 6, 6, 0, MILTER_DATA_1M, "", 1048575 },
		{ 6, 7, 0, 0, "it wants another version", 0 },
		{ 6, 1, 0, 0, "it wants another version", 0 },
		{ 2, 6, 0, 0, "it wants another version", 0 },
		{ 6, 6, 0x200, 0, "it wants to change what was not offered",
		    0 },
		{ 2, 2, 0x40, 0, "it wants to change what was not offered", 0 },
		{ 6, 6, 0, 0x200000, "it wants steps that were not offered",
		    0 },
		{ 3, 3, 0, 0x200, "it wants steps that were not offered", 0 },
		{ 4, 4, 0, 0x200, "", 65535 },
	};
	struct milterterms m;
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		answer(&b, t[i].version, t[i].actions, t[i].steps);
		is_str(read_it(&m, t[i].offered, &b), t[i].want, "answer");
		if (t[i].data_max > 0)
			ok(m.data_max == t[i].data_max, "data in a packet");
	}
	b.end--;
	is_str(read_it(&m, 6, &b), "it does not negotiate", "too short");
	buf_free(&b);
}

static void
macros(void)
{
	struct milterterms m;
	struct buf b = { 0 };
	uint32_t i = 1u << miltermacro_find("i", 1);
	uint32_t name = 1u << miltermacro_find("client_name", 11);

	answer(&b, 6, MILTER_MAY_CHOOSE_MACROS, 0);
	milterpacket_number(&b, MILTER_AT_CONNECT);
	milterpacket_texts(&b, "{client_name}, i {what}");
	milterpacket_number(&b, MILTER_AT_EOM);
	milterpacket_texts(&b, "");
	milterpacket_number(&b, 99);
	milterpacket_texts(&b, "i");
	is_str(read_it(&m, 6, &b), "", "macros are chosen");
	ok(m.macros[MILTER_AT_CONNECT] == (i | name), "those that we have");
	is_num(m.chosen, 1 << MILTER_AT_CONNECT | 1 << MILTER_AT_EOM,
	    "for these stages");
	is_num(m.macros[MILTER_AT_EOM], 0, "or none");
	b.end--;
	is_str(read_it(&m, 6, &b), "its list of macros is damaged", "no end");
	b.end -= 2;
	is_str(read_it(&m, 6, &b), "its list of macros is damaged", "no name");
	buf_free(&b);
}

int
main(void)
{
	offers();
	answers();
	macros();
	return done();
}
