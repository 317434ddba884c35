/* whose words they are, and who gets copies */
#include "bounce/wording.h"
#include "memlookup.h"
#include "tap.h"

/* whose words, by their language; and a key that only some have */
static const struct {
	const char *address, *language, *several;
} finds[] = {
	{ "a@example.de", "de", "%{count} Empf\303\244nger" },
	{ "a@Example.DE.", "de", "%{count} Empf\303\244nger" },
	{ "a@x.example.de", "de-AT", "%{count} recipients" },
	{ "a@y.x.example.de", "de-AT", "%{count} recipients" },
	{ "a@nexample.de", "en", "%{count} recipients" },
	{ "a@de", "en", "%{count} recipients" },
	{ "a@z.example", "sv", "%{count} recipients" },
	{ "a@b.example", "en", "some" },
	{ "\"a@example.de\"@example.org", "en", "%{count} recipients" },
	{ "a", "en", "%{count} recipients" },
	{ "", "en", "%{count} recipients" },
	{ "a@", "en", "%{count} recipients" },
	{ "a@.", "en", "%{count} recipients" },
	{ "a@..de", "en", "%{count} recipients" },
};

static const char file[] =
    "domain .example.de austrian\ndomain example.de german\n"
    "domain z.example swedish\ndomain b.example own\n"
    "text austrian language de-AT\ntext swedish language sv\n"
    "text own several some\n";

static void
found(const struct wording *w, const char *key, const char *want)
{
	struct slice v = { "", 0 };
	char text[200];

	wording_line(w, key, 0, &v);
	snprintf(text, sizeof text, "%.*s", (int)v.n, v.p);
	is_str(text, want, key);
}

static void
find(void)
{
	struct memtable t;
	struct lookup l = memtable_make(&t, &conffile_bounces, file);
	char big[WORD_DOMAIN_MAX + 20];
	struct wording w;
	struct slice v;
	size_t i;

	is_str(buf_data(&t.faults), "", "a good file");
	for (i = 0; i < sizeof finds / sizeof *finds; i++) {
		is_num(wording_find(&w, &l, finds[i].address), 0,
		    finds[i].address);
		found(&w, "language", finds[i].language);
		found(&w, "several", finds[i].several);
	}
	/* a domain as long as may be, and longer */
	for (i = WORD_DOMAIN_MAX; i <= WORD_DOMAIN_MAX + 1; i++) {
		strcpy(big, "a@");
		memset(big + 2, 'x', i);
		strcpy(big + 2 + i - strlen(".example.de"), ".example.de");
		wording_find(&w, &l, big);
		found(&w, "language", i == WORD_DOMAIN_MAX ? "de-AT" : "en");
	}
	t.broken = 1;
	is_num(wording_find(&w, &l, "a@x"), -1, "a damaged table");
	is_num(wording_forged(&l), -1, "the same");
	memtable_free(&t);
	l = memtable_make(&t, &conffile_bounces, "domain * german\n");
	wording_find(&w, &l, "");
	found(&w, "language", "de");
	is_num(wording_line(&w, "failed", 4, &v), 0, "no fifth paragraph");
	is_num(wording_line(&w, "fail", 0, &v), 0, "nor half a key");
	memtable_free(&t);
	memset(&w, 0, sizeof w);
	found(&w, "language", "en");
}

static int
is_policy(void *arg, struct slice class)
{
	(void)arg;
	return word_is(class, "policy");
}

/* lines for classes of failures */
static void
classes(void)
{
	struct memtable t;
	struct lookup l = memtable_make(&t, &conffile_bounces,
	    "copy failed class=blocked,policy a@x\n"
	    "copy failed class=blocked b@x\ncopy failed c@x\n");
	struct buf b = { 0 };

	wording_copies(&l, WORDING_FAILED, is_policy, NULL, "me", &b);
	buf_putc(&b, '\0');
	is_str(buf_data(&b), "a@x\nc@x\n", "of this class, and of any");
	buf_clear(&b);
	wording_copies(&l, WORDING_FAILED, NULL, NULL, "me", &b);
	buf_putc(&b, '\0');
	is_str(buf_data(&b), "c@x\n", "none is known");
	memtable_free(&t);
	buf_free(&b);
}

static void
copies(void)
{
	static const struct {
		unsigned kind;
		const char *want;
	} kinds[] = {
		{ WORDING_FAILED, "postmaster@me.example\nx@y.example\n" },
		{ WORDING_DELAYED, "x@y.example\n" },
		{ WORDING_DOUBLE, "postmaster@me.example\n" },
	};
	struct memtable t;
	struct lookup l = memtable_make(&t, &conffile_bounces,
	    "copy failed,double postmaster\ncopy delayed,failed x@y.example\n"
	    "copy failed X@Y.example\nforged doublebounce\n");
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < 3; i++) {
		buf_clear(&b);
		is_num(wording_copies(&l, kinds[i].kind, NULL, NULL,
			   "me.example", &b),
		    0, "copies");
		buf_putc(&b, '\0');
		is_str(buf_data(&b), kinds[i].want, "to whom");
	}
	is_num(wording_forged(&l), 1, "forged");
	t.broken = 1;
	is_num(wording_copies(&l, WORDING_FAILED, NULL, NULL, "me.example", &b),
	    -1, "a damaged table");
	memtable_free(&t);
	l = memtable_make(&t, &conffile_bounces, "forged drop\n");
	buf_clear(&b);
	is_num(wording_copies(&l, 7, NULL, NULL, "me.example", &b) +
		(int)buf_len(&b),
	    0, "none");
	is_num(wording_forged(&l), 0, "dropped");
	memtable_free(&t);
	buf_free(&b);
}

int
main(void)
{
	find();
	copies();
	classes();
	return done();
}
