/* which fields are signed, and which of several with one name */
#include "sign/sealnames.h"
#include "base/buf.h"
#include "tap.h"
#include <stdlib.h>

static struct sealnames names;

/* "from: a, to-": the name, and the field that it means or that there is
 * none */
static const char *
chosen(const char *list, const char *header, size_t n)
{
	static struct buf b;
	unsigned i;

	sealnames_choose(&names, list, header, n);
	buf_clear(&b);
	for (i = 0; i < names.n; i++) {
		buf_puts(&b, i == 0 ? "" : ", ");
		buf_put(&b, names.name[i], names.len[i]);
		if (names.raw[i] == NULL)
			buf_putc(&b, '-');
		else
			buf_printf(&b, "=%.*s", (int)names.raw_len[i] - 1,
			    names.raw[i]);
	}
	buf_putc(&b, '\0');
	return buf_data(&b);
}

static const struct {
	const char *name, *list, *header, *chosen;
} cases[] = {
	{ "one", "from", "From: a\n", "from=From: a" },
	{ "none there", "from", "", "from-" },
	{ "not this one", "from", "To: a\n", "from-" },
	{ "in the order of the list", "to:from", "From: a\nTo: b\n",
	    "to=To: b, from=From: a" },
	{ "the lowest first", "to", "To: a\nTo: b\n", "to=To: b" },
	{ "from below to above", "to:to:to", "To: a\nTo: b\n",
	    "to=To: b, to=To: a, to-" },
	{ "once none, always none", "to:to:to", "To: a\n",
	    "to=To: a, to-, to-" },
	{ "others between", "to:from:to", "To: a\nFrom: c\nTo: b\n",
	    "to=To: b, from=From: c, to=To: a" },
	{ "any case", "FROM:from", "from: a\nFrOm: b\n",
	    "FROM=FrOm: b, from=from: a" },
	{ "blanks in the list", " from : to ", "From: a\nTo: b\n",
	    "from=From: a, to=To: b" },
	{ "all lines of a field", "to", "To: a,\n\tb\nFrom: c\n",
	    "to=To: a,\n\tb" },
	{ "a part of a name is another", "to", "X-To: a\nTo-X: b\n", "to-" },
	{ "a line that is no field", "to", "To: a\nx y\nTo: b\n", "to=To: b" },
	{ "the usual ones, though nothing is there", NULL, "",
	    "from-, to-, cc-, subject-, date-, message-id-, reply-to-, "
	    "mime-version-, content-type-, content-transfer-encoding-" },
	{ "all that are there, and one more of some", NULL,
	    "Sender: s\nFrom: a\nFrom: b\nReferences: r\nReferences: t\n"
	    "X: y\n",
	    "from=From: b, from=From: a, from-, to-, cc-, subject-, date-, "
	    "message-id-, reply-to-, sender=Sender: s, "
	    "references=References: t, references=References: r, "
	    "mime-version-, content-type-, content-transfer-encoding-" },
};

static void
table(void)
{
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++)
		is_str(chosen(cases[i].list, cases[i].header,
			   strlen(cases[i].header)),
		    cases[i].chosen, cases[i].name);
}

/* a header of every length: what is chosen lies in it, each field once */
static void
every_length(void)
{
	static const char header[] = "To: a\nFrom: b,\n c\nTo: d\nbad line\n"
				     "Subject: e\nDKIM-Signature: f\nTo: g\n";
	size_t n;
	unsigned i, k;
	int good = 1;
	char *h;

	for (n = 0; n < sizeof header; n++) {
		h = malloc(n + 1);
		memcpy(h, header, n);
		sealnames_choose(&names, NULL, h, n);
		for (i = 0; i < names.n; i++) {
			if (names.raw[i] == NULL)
				continue;
			good &= names.raw[i] >= h &&
			    names.raw[i] + names.raw_len[i] <= h + n;
			for (k = 0; k < i; k++)
				good &= names.raw[k] != names.raw[i];
		}
		free(h);
	}
	ok(good, "a header of every length");
}

/* n fields of one name */
static unsigned
of_fields(const char *list, unsigned n)
{
	struct buf b = { 0 };

	while (n-- > 0)
		buf_puts(&b, "From: a\n");
	sealnames_choose(&names, list, buf_data(&b), buf_len(&b));
	buf_free(&b);
	return names.n;
}

/* n names in the list */
static unsigned
of_names(unsigned n)
{
	struct buf b = { 0 };

	while (n-- > 0)
		buf_puts(&b, n == 0 ? "x" : "x:");
	buf_putc(&b, '\0');
	sealnames_choose(&names, buf_data(&b), "", 0);
	buf_free(&b);
	return names.n;
}

static void
limits(void)
{
	enum { MAX = ARCSEAL_NAMES_MAX };

	is_num(of_names(MAX), MAX, "as many names as there may be");
	is_num(of_names(MAX + 1), MAX, "not one more");
	/* one more than there are, and nine other names */
	is_num(of_fields(NULL, MAX - 11), MAX - 1, "fields");
	is_num(of_fields(NULL, MAX - 10), MAX, "as many as there may be");
	ok(names.raw[MAX - 1] == NULL, "with all names");
	is_num(of_fields(NULL, MAX - 1), MAX, "as many of one name");
	ok(names.raw[MAX - 1] == NULL, "with one more");
	is_num(of_fields(NULL, MAX + 1), MAX, "not one more");
	ok(names.raw[MAX - 1] != NULL, "the last is a field");
	is_num(of_fields("from", MAX + 1), 1, "the list says how many");
}

int
main(void)
{
	table();
	every_length();
	limits();
	return done();
}
