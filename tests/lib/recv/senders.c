/* the file senders: lines, and who may send as whom */
#include "recv/senders.h"
#include "memlookup.h"
#include "tap.h"

#define WANT \
	"1 not an address: want user@domain, @domain, @.domain, <login>, " \
	"<> or *\n"

static const struct {
	const char *text, *faults;
	size_t n;
} lines[] = {
	{ "", "", 0 },
	{ "# ann *\n\nann a@b.example\n", "", 1 },
	{ "ann a@b.example @c.example @.d.example <login> <> *\n", "", 6 },
	{ "ann a@b.example\nann b@b.example\n* <login>\n", "", 3 },
	{ "ann a@b.example\nANN A@b.example\n", "2 stands in line 1 already\n",
	    1 },
	{ "\"ann maier\" \"a b\"@c.example\n", "", 1 },
	{ "ann\n", "1 no address\n", 0 },
	{ "ann b\n", WANT, 0 },
	{ "ann b@\n", WANT, 0 },
	{ "ann <a@b.example>\n", WANT, 0 },
	{ "ann @\n", "1 not a domain behind the @\n", 0 },
	{ "ann @.\n", "1 not a domain behind the @\n", 0 },
	{ "ann @*.example\n", "1 not a domain behind the @\n", 0 },
	{ "ann \"a@b.example\n", "1 quotes that do not fit\n", 0 },
};

static const char table[] = "ann a@b.example @c.example @.d.example <login>\n"
			    "bob@here.example <login> <>\n"
			    "all *\n"
			    "* info@b.example\n";

static const struct {
	const char *login, *address;
	enum senders_verdict is;
} questions[] = {
	{ "ann", "a@b.example", SENDERS_YES },
	{ "Ann", "A@B.Example", SENDERS_YES },
	{ "ann", "b@b.example", SENDERS_NO },
	{ "ann", "a@x.b.example", SENDERS_NO },
	{ "ann", "x@c.example", SENDERS_YES },
	{ "ann", "x@y.c.example", SENDERS_NO },
	{ "ann", "x@xc.example", SENDERS_NO },
	{ "ann", "x@d.example", SENDERS_NO },
	{ "ann", "x@y.d.example", SENDERS_YES },
	{ "ann", "x@z.y.d.example", SENDERS_YES },
	{ "ann", "x@yd.example", SENDERS_NO },
	{ "ann", "ann@me.example", SENDERS_YES },
	{ "ann", "ann@other.example", SENDERS_NO },
	{ "ann", "anna@me.example", SENDERS_NO },
	{ "ann", "", SENDERS_NO },
	{ "ann", "info@b.example", SENDERS_YES },
	{ "ann", "\"@c.example\"@e.example", SENDERS_NO },
	{ "bob@here.example", "bob@here.example", SENDERS_YES },
	{ "bob@here.example", "", SENDERS_YES },
	{ "bob@here.example", "bob@me.example", SENDERS_NO },
	{ "all", "whoever@x.example", SENDERS_YES },
	{ "all", "", SENDERS_YES },
	{ "eve", "info@b.example", SENDERS_YES },
	{ "eve", "a@b.example", SENDERS_NO },
	{ "*", "a@b.example", SENDERS_NO },
};

int
main(void)
{
	char longest[WORD_ADDRESS_MAX + 2];
	struct memtable t = { 0 };
	struct lookup l;
	size_t i;

	for (i = 0; i < sizeof lines / sizeof *lines; i++) {
		memtable_make(&t, &conffile_senders, lines[i].text);
		is_str(buf_data(&t.faults), lines[i].faults, lines[i].text);
		is_num((long long)t.n, (long long)lines[i].n, "records");
		memtable_free(&t);
	}
	l = memtable_make(&t, &conffile_senders, table);
	for (i = 0; i < sizeof questions / sizeof *questions; i++)
		is_num(senders_may(&l, "me.example", questions[i].login,
			   (struct slice){ questions[i].address,
			       strlen(questions[i].address) }),
		    questions[i].is, questions[i].address);
	memset(longest, '.', sizeof longest);
	longest[3] = '@';
	is_num(senders_may(&l, "me.example", "ann",
		   (struct slice){ longest, sizeof longest }),
	    SENDERS_NO, "longer than any");
	t.broken = 1;
	is_num(senders_may(&l, "me.example", "ann",
		   (struct slice){ "a@b.example", 11 }),
	    SENDERS_UNKNOWN, "a table that cannot be read");
	memtable_free(&t);
	return done();
}
