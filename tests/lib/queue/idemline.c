#include "queue/idemline.h"
#include "tap.h"
#include <stdlib.h>

#define ID "1j1hucd7h0em0231690j"
#define KEY "948f85cab181ee05ba1ec7faf70230e3"

/* of two envelopes: is it the same key? */
static const struct {
	const char *a, *b;
	int same;
} pairs[] = {
	{ "key k\n", "from x\nto y\nkey k\n", 1 },
	{ "key k\n", "key l\n", 0 },
	{ "key k\nuser u\n", "user u\nkey k\n", 1 },
	{ "key k\nuser u\n", "key k\nuser v\n", 0 },
	{ "key k\nuser u\n", "key k\n", 0 },
	{ "key k\nuser u\nuid 5\n", "key k\nuser u\nuid 6\nclient ::1\n", 1 },
	{ "key k\nuid 5\n", "key k\nuid 6\n", 0 },
	{ "key k\nuid 5\n", "key k\nuser 5\n", 0 },
	{ "key k\nuid 5\nclient ::1\n", "key k\nuid 5\nclient ::2\n", 1 },
	{ "key k\nclient ::1\n", "key k\nclient ::2\n", 0 },
	{ "key k\nuser u\ntenant t\n", "key k\nuser u\ntenant s\n", 0 },
	{ "key k\nuser u\ntenant t\n", "key k\nuser u\n", 0 },
	{ "key ab\nuser c\n", "key b\nuser ca\n", 0 },
	{ "key bc\ntenant a\n", "key c\ntenant ab\n", 0 },
	{ "key k\nkey-sum 0123456789abcdef\n", "key k\n", 1 },
};

static void
compare(void)
{
	struct idem_key a, b;
	unsigned i;

	for (i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
		ok(idem_key(&a, pairs[i].a, strlen(pairs[i].a)) == 1 &&
			idem_key(&b, pairs[i].b, strlen(pairs[i].b)) == 1,
		    pairs[i].a);
		is_num(memcmp(a.of, b.of, IDEM_KEY_LEN) == 0, pairs[i].same,
		    pairs[i].b);
	}
	is_num(idem_key(&a, "from x\nto y\n", 12), 0, "no key");
	is_num(idem_key(&a, "", 0), 0, "no envelope");
}

static void
sums(void)
{
	struct idem_key k;

	idem_key(&k, "key k\nkey-sum 0123456789abcdEF\n", 31);
	ok(k.has_sum && k.sum == 0x0123456789abcdef, "a sum");
	idem_key(&k, "key k\n", 6);
	is_num(k.has_sum, 0, "no sum");
	idem_key(&k, "key k\nkey-sum 0123456789abcde\n", 30);
	is_num(k.has_sum, 0, "a short one is none");
	idem_key(&k, "key k\nkey-sum 0123456789abcdex\n", 31);
	is_num(k.has_sum, 0, "nor has it other letters");
}

static const struct {
	const char *line;
	enum idem_kind kind;
} lines[] = {
	{ "C\n", IDEM_SAFE },
	{ "X\n", IDEM_NONE },
	{ "V\n", IDEM_VOID },
	{ "P " KEY " " ID " -\n", IDEM_PENDING },
	{ "P " KEY " " ID " 0123456789abcdef\n", IDEM_PENDING },
	{ "\n", IDEM_OTHER },
	{ "c\n", IDEM_OTHER },
	{ "CC\n", IDEM_OTHER },
	{ "P\n", IDEM_OTHER },
	{ "P \n", IDEM_OTHER },
	{ "P " KEY " " ID " \n", IDEM_OTHER },
	{ "P " KEY " " ID " x\n", IDEM_OTHER },
	{ "P " KEY " " ID " 0123456789abcde\n", IDEM_OTHER },
	{ "P " KEY " " ID " 0123456789abcdeg\n", IDEM_OTHER },
	{ "P " KEY " " ID " 0123456789abcdef \n", IDEM_OTHER },
	{ "P " KEY " " ID "- \n", IDEM_OTHER },
	{ "P " KEY "-" ID " -\n", IDEM_OTHER },
	{ "P " KEY " zj1hucd7h0em0231690j -\n", IDEM_OTHER },
	{ "P g48f85cab181ee05ba1ec7faf70230e3 " ID " -\n", IDEM_OTHER },
	{ "Q " KEY " " ID " -\n", IDEM_OTHER },
};

/* each line whole, and each beginning of it is none yet */
static void
read_lines(void)
{
	struct idem_key k;
	const char *id = NULL;
	size_t used, n, len;
	unsigned i, more;

	for (i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		len = strlen(lines[i].line);
		is_num(idem_line_next(lines[i].line, len, &k, &id, &used),
		    lines[i].kind, lines[i].line);
		is_num((long long)used, (long long)len, "its bytes");
		for (n = 0, more = 1; n < len; n++)
			more &= idem_line_next(lines[i].line, n, &k, &id,
				    &used) == IDEM_MORE &&
			    used == 0;
		ok(more, "cut anywhere it is not whole");
		if (lines[i].kind == IDEM_PENDING)
			ok(id == lines[i].line + 2 + sizeof KEY, "its id");
	}
}

static void
write_lines(void)
{
	char line[IDEM_LINE_LEN];
	struct idem_key k, got;
	const char *id;
	size_t n, used;

	idem_key(&k, "key k\nkey-sum fedcba9876543210\n", 31);
	n = idem_line_put(line, &k, ID);
	is_num((long long)n, IDEM_LINE_LEN, "the longest line");
	is_num(idem_line_next(line, n, &got, &id, &used), IDEM_PENDING,
	    "is read again");
	ok(memcmp(got.of, k.of, IDEM_KEY_LEN) == 0 && got.has_sum &&
		got.sum == k.sum && memcmp(id, ID, NAME_LEN) == 0,
	    "as it was");
	k.has_sum = 0;
	n = idem_line_put(line, &k, ID);
	ok(line[n - 2] == '-' && line[n - 1] == '\n', "without a sum");
}

int
main(void)
{
	compare();
	sums();
	read_lines();
	write_lines();
	return done();
}
