#include "milter/milterheader.h"
#include "tap.h"

enum what { PUT, ADD, INS, CHG, OWN };

static const struct {
	const char *header;
	enum what what;
	uint32_t index;
	const char *name, *value, *want;
} table[] = {
	{ "", PUT, 0, "A", "b", "A: b\n" },
	{ "", PUT, 0, "A", "", "A: \n" },
	{ "", PUT, 0, "A", "b\n", "A: b\n" },
	{ "", PUT, 0, "A", "b\n c", "A: b\n c\n" },
	{ "", PUT, 0, "A", "b\r\n\tc\r\n", "A: b\n\tc\n" },
	{ "", PUT, 0, "A", "b\nX: evil", "A: b\n\tX: evil\n" },
	{ "", PUT, 0, "A", "b\n\nbody", "A: b\n\t\n\tbody\n" },
	{ "", PUT, 0, "A", "b\rc", "A: b c\n" },
	{ "", PUT, 0, "A", "b\n\n\n", "A: b\n" },
	{ "", ADD, 0, "A", "b", "A: b\n" },
	{ "X: 1\n", ADD, 0, "A", "b", "X: 1\nA: b\n" },
	{ "X: 1", ADD, 0, "A", "b", "X: 1\nA: b\n" },
	{ "X: 1\nno field\nY: 2\n", ADD, 0, "A", "b",
	    "X: 1\nA: b\nno field\nY: 2\n" },
	{ "X: 1\n", ADD, 0, "", "b", "X: 1\n" },
	{ "X: 1\n", ADD, 0, "A B", "b", "X: 1\n" },
	{ "X: 1\n", ADD, 0, "A:", "b", "X: 1\n" },
	{ "X: 1\n", ADD, 0, "A\n", "b", "X: 1\n" },
	{ "X: 1\nY: 2\n 3\nZ: 4\n", INS, 0, "A", "b",
	    "A: b\nX: 1\nY: 2\n 3\nZ: 4\n" },
	{ "X: 1\nY: 2\n 3\nZ: 4\n", INS, 1, "A", "b",
	    "X: 1\nA: b\nY: 2\n 3\nZ: 4\n" },
	{ "X: 1\nY: 2\n 3\nZ: 4\n", INS, 2, "A", "b",
	    "X: 1\nY: 2\n 3\nA: b\nZ: 4\n" },
	{ "X: 1\nY: 2\n", INS, 9, "A", "b", "X: 1\nY: 2\nA: b\n" },
	{ "", INS, 0, "A", "b", "A: b\n" },
	{ "X: 1\nY: 2\nx: 3\n", CHG, 1, "X", "b", "X: b\nY: 2\nx: 3\n" },
	{ "X: 1\nY: 2\nx: 3\n", CHG, 0, "X", "b", "X: b\nY: 2\nx: 3\n" },
	{ "X: 1\nY: 2\nx: 3\n", CHG, 2, "X", "b", "X: 1\nY: 2\nX: b\n" },
	{ "X: 1\nY: 2\nx: 3\n", CHG, 3, "X", "b", "X: 1\nY: 2\nx: 3\nX: b\n" },
	{ "X: 1\n 2\nY: 2\n", CHG, 1, "X", "", "Y: 2\n" },
	{ "X: 1\nY: 2\n", CHG, 2, "X", "", "X: 1\nY: 2\n" },
	{ "X: 1\nno field\nY: 2\n", CHG, 1, "Y", "b",
	    "X: 1\nno field\nY: b\n" },
	{ "X:1\nY  : 2\n", CHG, 1, "Y", "b", "X:1\nY: b\n" },
	{ "Received: ours\nReceived: theirs\n", CHG, 1, "Received", "b",
	    "Received: b\nReceived: theirs\n" },
	{ "Received: ours\nReceived: theirs\n", OWN, 1, "Received", "b",
	    "Received: ours\nReceived: b\n" },
	{ "A: 1\nReceived: ours\nReceived: theirs\n", OWN, 1, "received", "",
	    "A: 1\nReceived: ours\n" },
	{ "Received: ours\n", OWN, 1, "received", "", "Received: ours\n" },
};

static void
once(size_t i, enum milterheader_space space, const char *want)
{
	uint32_t index = table[i].index;
	const char *name = table[i].name, *value = table[i].value;
	struct buf h = { 0 };

	buf_puts(&h, table[i].header);
	switch (table[i].what) {
	case PUT: milterheader_put(&h, name, value, space); break;
	case ADD: milterheader_add(&h, name, value, space); break;
	case INS: milterheader_insert(&h, index, name, value, space); break;
	case CHG: milterheader_change(&h, 0, index, name, value, space); break;
	case OWN: milterheader_change(&h, 1, index, name, value, space);
	}
	buf_putc(&h, '\0');
	is_str(buf_data(&h), want, want);
	buf_free(&h);
}

int
main(void)
{
	static const char h[] = "A: 1\nRECEIVED: x\nReceived: y\n";
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < sizeof table / sizeof table[0]; i++)
		once(i, MILTERHEADER_SPACE, table[i].want);
	milterheader_put(&b, "A", "\tb", MILTERHEADER_AS_IS);
	milterheader_put(&b, "A", "b", MILTERHEADER_AS_IS);
	buf_putc(&b, '\0');
	is_str(buf_data(&b), "A:\tb\nA:b\n", "a value as it is");
	buf_free(&b);
	ok(milterheader_own(h, sizeof h - 1) == h + 5, "our own field");
	ok(milterheader_own(h, 5) == NULL, "none");
	return done();
}
