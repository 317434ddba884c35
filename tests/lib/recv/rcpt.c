/* is there somebody at an address: by aliases, rules, Maildirs and users */
#include "recv/rcpt.h"
#include "base/clock.h"
#include "cdbfile.h"
#include "conf/local.h"
#include "route/aliasfile.h"
#include "route/prohibited.h"
#include "route/routefile.h"
#include "tap.h"
#include <sys/stat.h>

static char dir[] = "/tmp/rohrpost-rcpt.XXXXXX";
static char mail[100], gone[100];
static struct memtable here;
static struct lookup local;
static int pipe_[2]; /* what is written on 2 */

static const char *
at(const char *name)
{
	static char path[100];

	snprintf(path, sizeof path, "%s/%s", dir, name);
	return path;
}

/* "CODE ESC TEXT", "" when there is somebody */
static const char *
asked(struct rcpt *r, const char *to, const char *from)
{
	static char t[300];
	const struct smtpin_reply *s =
	    rcpt_ask(r, (struct slice){ to, strlen(to) },
		(struct slice){ from, strlen(from) });

	if (s == NULL)
		return "";
	snprintf(t, sizeof t, "%u %s %s", s->code, s->esc, s->text);
	return t;
}

#define NOBODY "550 5.1.1 no such user here"
#define UNSURE "451 4.3.0 who is here cannot be looked up now, try again later"
#define POSTMASTER "451 4.3.5 the postmaster is not set up"

static const char routes[] =
    "from:spam@x.example to:@here.example reject:\"no\"\n"
    "to:sales@here.example reject:\"write to info\"\n"
    "to:later@here.example defer:\"not now\"\n"
    "to:void@here.example discard\n"
    "to:there@here.example host:[192.0.2.1]\n"
    "to:lists@here.example lmtp:/run/lmtp\n"
    "to:away@here.example mx\n"
    "to:old@here.example rewrite:ann@here.example\n"
    "to:lost@here.example rewrite:nobody@here.example\n"
    "tenant:acme to:maybe@here.example reject:no\n";

static const char aliases[] = "boss: ann\n"
			      "ghost: nobody\n"
			      "far: eve@far.example\n"
			      "ghosts: nobody, nobody2\n"
			      "some: nobody, ann\n"
			      "others: nobody, eve@far.example\n"
			      "unwanted: nobody, sales@here.example\n"
			      "both: both, nobody\n"
			      "script: nobody, |true\n"
			      "one: two\n"
			      "two: one\n"
			      "puzzle: nobody, maybe\n"
			      "masters: nobody, postmaster\n";

static const struct {
	const char *to, *from, *reply;
} cases[] = {
	{ "ann@here.example", "a@b.example", "" },
	{ "ANN@Here.Example", "a@b.example", "" },
	{ "\"ann\"@here.example", "a@b.example", "" },
	{ "ann+list@here.example", "a@b.example", "" },
	{ "nobody@here.example", "a@b.example", NOBODY },
	{ "nobody@here.example", "", NOBODY },
	{ "nobody+ann@here.example", "a@b.example", NOBODY },
	{ "bob@here.example", "a@b.example", "" },
	{ "carol@here.example", "a@b.example", "" },
	{ "carol@also.example", "a@b.example", NOBODY },
	{ "postmaster@here.example", "a@b.example", POSTMASTER },
	{ "Postmaster@here.example", "a@b.example", POSTMASTER },
	{ "postmasters@here.example", "a@b.example", NOBODY },
	{ "file@here.example", "a@b.example", UNSURE },
	/* aliases */
	{ "boss@here.example", "a@b.example", "" },
	{ "ghost@here.example", "a@b.example", NOBODY },
	{ "far@here.example", "a@b.example", "" },
	{ "ghosts@here.example", "a@b.example", NOBODY },
	{ "some@here.example", "a@b.example", "" },
	{ "others@here.example", "a@b.example", "" },
	{ "both@here.example", "a@b.example", "" },
	{ "script@here.example", "a@b.example", "" },
	{ "puzzle@here.example", "a@b.example", "" },
	{ "masters@here.example", "a@b.example", POSTMASTER },
	/* rules */
	{ "sales@here.example", "a@b.example", "550 5.7.1 write to info" },
	{ "ann@here.example", "spam@x.example", "550 5.7.1 no" },
	{ "later@here.example", "a@b.example", "" },
	{ "void@here.example", "a@b.example", "" },
	{ "there@here.example", "a@b.example", "" },
	{ "lists@here.example", "a@b.example", "" },
	{ "away@here.example", "a@b.example", "" },
	{ "old@here.example", "a@b.example", "" },
	{ "lost@here.example", "a@b.example", NOBODY },
	{ "maybe@here.example", "a@b.example", "" },
};

static void
open_tables(struct rcpt *r, const char *maildirs)
{
	memset(r, 0, sizeof *r);
	rcpt_open(r, dir, maildirs, local);
}

static void
table(void)
{
	static struct rcpt r;
	char name[100];
	size_t i;

	open_tables(&r, mail);
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		snprintf(name, sizeof name, "%s from %s", cases[i].to,
		    cases[i].from);
		is_str(asked(&r, cases[i].to, cases[i].from), cases[i].reply,
		    name);
	}
	is_str(asked(&r, "one@here.example", ""), UNSURE,
	    "aliases that only name each other");
	is_num(atoi(asked(&r, "unwanted@here.example", "")), 550,
	    "nobody, and one who is refused");
}

/* without Maildirs: elsewhere, or the question is not asked */
static void
elsewhere(void)
{
	static struct rcpt r;

	open_tables(&r, "-");
	is_str(asked(&r, "ann@here.example", ""), NOBODY, "no Maildir counts");
	is_str(asked(&r, "bob@here.example", ""), "", "the list does");
	open_tables(&r, NULL);
	is_str(asked(&r, "nobody@here.example", ""), "", "it is not asked");
	is_str(asked(&r, "sales@here.example", ""), "", "nor the rules");
}

static unsigned
warnings(void)
{
	char t[4096], *p;
	ssize_t n = read(pipe_[0], t, sizeof t - 1);
	unsigned lines = 0;

	t[n > 0 ? n : 0] = '\0';
	for (p = t; (p = strchr(p, '\n')) != NULL; p++)
		lines++;
	return lines;
}

static void
unsure(void)
{
	static struct rcpt r;
	enum { COMPLAIN_MS = 60000 };

	open_tables(&r, gone);
	warnings();
	is_str(asked(&r, "ann@here.example", ""), UNSURE, "not mounted");
	is_num(warnings(), 1, "which is said");
	is_str(asked(&r, "postmaster@here.example", ""), UNSURE,
	    "not even the postmaster is known");
	is_num(warnings(), 0, "but not each time");
	/* as if so much time had gone by; the clock is finer than that */
	r.complained_ms = clock_mono_ms() - COMPLAIN_MS + 5000;
	asked(&r, "ann@here.example", "");
	is_num(warnings(), 0, "nor within a minute");
	r.complained_ms = clock_mono_ms() - COMPLAIN_MS;
	asked(&r, "ann@here.example", "");
	is_num(warnings(), 1, "after that again");
	is_str(asked(&r, "void@here.example", ""), "", "rules need no Maildir");
}

/* the table prohibited, of any domain */
static const char *
barred(struct rcpt *r, enum prohibited_side side, const char *address)
{
	static char t[300];
	const struct smtpin_reply *s = rcpt_prohibited(r, side,
	    (struct slice){ address, strlen(address) });

	if (s == NULL)
		return "";
	snprintf(t, sizeof t, "%u %s %s", s->code, s->esc, s->text);
	return t;
}

static void
prohibits(void)
{
	static struct rcpt r;

	cdbfile(dir, &conffile_prohibited,
	    "from:@spam.example no spam\nto:ann@far.example\n");
	rcpt_open(&r, dir, NULL, local);
	is_str(barred(&r, PROHIBITED_FROM, "joe@Spam.example"),
	    "550 5.7.1 no spam", "a sender");
	is_str(barred(&r, PROHIBITED_TO, "joe@spam.example"), "",
	    "the same as a recipient");
	is_str(barred(&r, PROHIBITED_TO, "ann@far.example"),
	    "550 5.7.1 this address is prohibited", "another's recipient");
	is_str(barred(&r, PROHIBITED_FROM, ""), "", "the null sender");
	unlink(at("prohibited.cdb"));
	rcpt_open(&r, dir, NULL, local);
	is_str(barred(&r, PROHIBITED_FROM, "joe@spam.example"), "",
	    "without the table nobody");
	mkdir(at("prohibited.cdb"), 0700);
	rcpt_open(&r, dir, NULL, local);
	is_str(barred(&r, PROHIBITED_FROM, "joe@spam.example"), UNSURE,
	    "it cannot be read");
	rmdir(at("prohibited.cdb"));
}

/* time goes by for the tables */
static void
look_again(struct rcpt *r)
{
	unsigned i;

	for (i = 0; i < RCPT_TABLES; i++)
		r->table[i].table.checked_ms -= TABLE_CHECK_MS;
	rcpt_check(r);
}

static void
changes(void)
{
	static struct rcpt r;

	open_tables(&r, mail);
	cdbfile(dir, &conffile_routes, "to:ann@here.example reject:moved\n");
	is_str(asked(&r, "ann@here.example", ""), "", "not looked for yet");
	rcpt_check(&r);
	is_str(asked(&r, "ann@here.example", ""), "", "not so soon");
	look_again(&r);
	is_str(asked(&r, "ann@here.example", ""), "550 5.7.1 moved",
	    "other rules");
	is_str(asked(&r, "sales@here.example", ""), NOBODY, "in place of all");
	unlink(at("routes.cdb"));
	look_again(&r);
	is_str(asked(&r, "ann@here.example", ""), "", "no rules");
	cdbfile(dir, &conffile_routes, routes);
	look_again(&r);
	is_str(asked(&r, "void@here.example", ""), "", "rules again");

	cdbfile(dir, &conffile_users, "eve\n");
	look_again(&r);
	is_str(asked(&r, "eve@here.example", ""), "", "other users");
	is_str(asked(&r, "bob@here.example", ""), NOBODY, "and not those");
	cdbfile(dir, &conffile_aliases, "bob: ann\n");
	look_again(&r);
	is_str(asked(&r, "bob@here.example", ""), "", "other aliases");
	is_str(asked(&r, "boss@here.example", ""), NOBODY, "and not those");

	/* what cannot be read says nothing for good */
	cdbfile_bytes(dir, "aliases", "bad", 3);
	look_again(&r);
	is_str(asked(&r, "nobody@here.example", ""), UNSURE, "bad aliases");
	cdbfile(dir, &conffile_aliases, aliases);
	cdbfile_bytes(dir, "users", "bad", 3);
	look_again(&r);
	is_str(asked(&r, "nobody@here.example", ""), UNSURE, "bad users");
	is_str(asked(&r, "ann@here.example", ""), "", "who has a Maildir");
	cdbfile_bytes(dir, "routes", "bad", 3);
	look_again(&r);
	is_str(asked(&r, "ann@here.example", ""), UNSURE, "bad rules");
}

/* who else is to be asked about an address, and when it is not known: "next
 * ADDRESS later" */
static const char *
question(struct rcpt *r, const char *to)
{
	static char t[300];
	const char *reply = asked(r, to, "");
	const struct rcpt_question *q = rcpt_question(r);

	if (q == NULL)
		return reply;
	snprintf(t, sizeof t, "%s%s %.*s %s", reply, rcptfile_word(q->rule.how),
	    (int)q->to.n, q->to.p, q->rule.take ? "take" : "later");
	return t;
}

static void
domains(void)
{
	static const char file[] = "here.example users\nany.example any\n"
				   "next.example next\n"
				   "program.example program unsure=take\n";
	static const char rules[] =
	    "to:no@any.example reject:no\nto:void@program.example discard\n"
	    "to:later@program.example defer:later\n"
	    "to:ann@next.example local\nto:ghost@next.example local\n"
	    "to:@next.example lmtp:/run/lmtp\n"
	    "to:there@here.example host:[192.0.2.1]\n"
	    "tenant:acme to:maybe@program.example reject:no\n";
	static const char names[] =
	    "x@any.example: nobody@here.example\n"
	    "team@next.example: a@next.example, b@next.example\n"
	    "boss: eve@next.example\npat: pat@program.example\n";
	static const struct {
		const char *to, *says;
	} asks[] = {
		{ "ann@here.example", "" },
		{ "nobody@here.example", NOBODY },
		{ "there@here.example", "" },
		{ "nobody@any.example", "" },
		{ "no@any.example", "550 5.7.1 no" },
		{ "x@any.example", NOBODY },
		{ "Eve@Next.example", "next Eve@Next.example later" },
		{ "ann@next.example", "" },
		{ "ghost@next.example", NOBODY },
		{ "team@next.example", "" },
		{ "boss@here.example", "next eve@next.example later" },
		{ "eve+x@program.example",
		    "program eve+x@program.example take" },
		{ "pat@here.example", "program pat@program.example take" },
		{ "void@program.example", "" },
		{ "later@program.example", "" },
		{ "maybe@program.example", "" },
	};
	static struct rcpt r, off;
	size_t i;

	cdbfile(dir, &conffile_users, "bob\n");
	cdbfile(dir, &conffile_rcpt, file);
	cdbfile(dir, &conffile_routes, rules);
	cdbfile(dir, &conffile_aliases, names);
	memtable_free(&here);
	local = memtable_make(&here, &conffile_local,
	    "here.example\nany.example\nnext.example\nprogram.example\n");
	open_tables(&r, mail);
	for (i = 0; i < sizeof asks / sizeof *asks; i++)
		is_str(question(&r, asks[i].to), asks[i].says, asks[i].to);
	/* without Maildirs those who stay here are not looked for */
	open_tables(&off, NULL);
	is_str(question(&off, "nobody@here.example"), "", "not asked");
	is_str(question(&off, "no@any.example"), "550 5.7.1 no", "the rules");
	is_str(question(&off, "eve@next.example"),
	    "next eve@next.example later", "others are");
	cdbfile_bytes(dir, "rcpt", "bad", 3);
	look_again(&r);
	is_str(question(&r, "ann@here.example"), UNSURE, "a bad table");
	is_str(question(&r, "no@any.example"), "550 5.7.1 no",
	    "what it does not decide");
	unlink(at("rcpt.cdb"));
	look_again(&r);
	is_str(question(&r, "eve@next.example"), "", "no table");
	look_again(&off);
	is_str(question(&off, "no@any.example"), "", "and nothing is asked");
}

/* nothing of a configuration is there */
static void
bare(void)
{
	static const char *const names[] = { "aliases", "routes", "users" };
	static struct rcpt r;
	char t[32];
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++) {
		snprintf(t, sizeof t, "%s.cdb", names[i]);
		unlink(at(t));
	}
	open_tables(&r, mail);
	is_str(asked(&r, "ann@here.example", ""), "", "a Maildir will do");
	is_str(asked(&r, "nobody@here.example", ""), NOBODY, "none will not");
}

int
main(void)
{
	int fd;

	if (mkdtemp(dir) == NULL || pipe(pipe_) == -1 ||
	    dup2(pipe_[1], 2) == -1)
		return 111;
	fd_nonblock(pipe_[0]);
	local = memtable_make(&here, &conffile_local,
	    "here.example\nalso.example\n");
	snprintf(mail, sizeof mail, "%s/mail", dir);
	snprintf(gone, sizeof gone, "%s/gone", dir);
	mkdir(mail, 0700);
	mkdir(at("mail/ann"), 0700);
	fd = open(at("mail/file"), O_CREAT | O_WRONLY, 0600);
	close(fd);
	cdbfile(dir, &conffile_routes, routes);
	cdbfile(dir, &conffile_aliases, aliases);
	cdbfile(dir, &conffile_users, "bob\ncarol@here.example\n");
	table();
	elsewhere();
	unsure();
	prohibits();
	changes();
	domains();
	bare();
	memtable_free(&here);
	unlink(at("mail/file"));
	rmdir(at("mail/ann"));
	rmdir(mail);
	is_num(rmdir(dir), 0, "nothing is left");
	return done();
}
