/* decisions in words, and lines of the file `tests` */
#include "memlookup.h"
#include "route/routefile.h"
#include "route/routingtext.h"
#include "nolookup.h"
#include "tap.h"

static const char rules[] = "to:@big.example tenant:t host:relay.example\n"
			    "to:@big.example from:<> reject:no_bounces\n"
			    "to:@big.example tag:x larger:9 discard\n"
			    "to:@big.example try:3 defer:later\n"
			    "to:@here.example local\n"
			    "at:Mon,09:00-10:00@UTC to:@hours.example discard\n"
			    "to:* mx\n";

static const struct {
	const char *line, *why;
} cases[] = {
	{ "to:a@b.example -> mx domain:b.example", "" },
	{ "to:a@b.example -> mx !host:relay.example !local", "" },
	{ "to:a@big.example tenant:t -> host host:relay.example:25", "" },
	{ "to:a@big.example from:<> -> bounced text:no_bounces", "" },
	{ "to:a@big.example from:x@y -> mx", "" },
	{ "to:a@big.example from:c@d tag:x size:10 -> discard", "" },
	{ "to:a@big.example from:c@d tag:x size:9 -> !discard", "" },
	{ "to:a@big.example from:c@d try:3 -> deferred class:policy", "" },
	{ "to:ann+x@here.example -> local user:ann ext:x", "" },
	{ "to:a@b.example \"id:x\" user:u -> \"mx\"", "" },
	{ "to:a@b.example -> local",
	    "not there: local, got: mx domain:b.example via:default" },
	{ "to:a@b.example -> mx !domain:b.example",
	    "not wanted: domain:b.example, got: mx domain:b.example "
	    "via:default" },
	{ "to:a@b.example ->", "nothing behind the arrow" },
	{ "to:a@hours.example at:2026-11-30T09:00:00Z -> discard", "" },
	{ "to:a@hours.example at:1796029200 -> discard", "" },
	{ "to:a@hours.example at:2026-11-30T10:00:00+01:00 -> discard", "" },
	{ "to:a@hours.example at:2026-11-29T09:00:00Z -> mx", "" },
	{ "to:a@hours.example -> mx", "" },
	{ "to:a@hours.example at:noon -> mx", "not known: at:noon" },
	{ "to:a@b at:253402300800 -> mx", "not known: at:253402300800" },
	{ "to:a@b at:253402300799 -> mx", "" },
	{ "to:a@b.example mx", "not known: mx" },
	{ "to:a@b.example", "no ->" },
	{ "from:a@b.example -> mx", "no to:ADDRESS" },
	{ "to:a@b size:big -> mx", "not known: size:big" },
	{ "to:a@b colour:red -> mx", "not known: colour:red" },
	{ "\"to:a@b -> mx", "no ->" },
};

static void
lines(struct routing_conf *c)
{
	static struct routing w;
	char big[WORD_LINE_MAX + 2];
	struct buf why = { 0 };
	size_t i;
	int r;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		buf_clear(&why);
		r = routingtext_test(&w, c, cases[i].line,
		    strlen(cases[i].line), &why);
		buf_putc(&why, '\0');
		is_num(r, cases[i].why[0] == '\0' ? 0 : -1, cases[i].line);
		is_str(buf_data(&why), cases[i].why, "why");
	}
	memset(big, ' ', sizeof big);
	memcpy(big, "to:a@b ->", 9);
	memcpy(big + WORD_LINE_MAX - 2, "mx", 2);
	is_num(routingtext_test(&w, c, big, WORD_LINE_MAX, &why), 0,
	    "as long as a line may be");
	buf_clear(&why);
	is_num(routingtext_test(&w, c, big, WORD_LINE_MAX + 1, &why), -1,
	    "one byte more");
	is_num(buf_len(&why), strlen("line too long"), "is too long");
	buf_free(&why);
}

static void
words(void)
{
	struct routing_job j = { 0 };
	unsigned i;

	is_num(routingtext_word(&j, "from:<>", 7), 0, "no sender");
	ok(j.from.n == 0 && j.from.p != NULL, "is empty");
	is_num(routingtext_word(&j, "size:7", 6), 0, "a size");
	is_num(routingtext_word(&j, "try:-1", 6), -1, "no number");
	is_num(routingtext_word(&j, "to", 2), -1, "no value");
	is_num(routingtext_word(&j, "tag:", 4), 0, "an empty one");
	for (i = 1; i < ROUTING_TAGS_MAX; i++)
		routingtext_word(&j, "tag:x", 5);
	is_num(j.n_tag, ROUTING_TAGS_MAX, "as many tags as may be");
	is_num(routingtext_word(&j, "tag:x", 5), -1, "one more");
}

/* another sign between the words */
static void
described(const struct routing_conf *c)
{
	static struct routing w;
	struct routing_job j = { 0 };
	struct buf b = { 0 };

	routingtext_word(&j, "to:a@b.example", 14);
	routing_decide(&w, c, &j);
	buf_puts(&b, "- ");
	is_num(routingtext_describe(&b, &w, '|'), 0, "words");
	buf_putc(&b, '\0');
	is_str(buf_data(&b), "- mx|domain:b.example|via:default",
	    "behind what is there");
	buf_free(&b);
}

int
main(void)
{
	const struct lookup no = { nolookup, NULL };
	struct routing_conf c = {
		.routes = no, .aliases = no, .pools = no, .local = no
	};
	struct memtable t;

	c.clock = zone_clock;
	c.routes = memtable_make(&t, &conffile_routes, rules);
	rulesearch_load(&c.loaded, &c.routes);
	lines(&c);
	words();
	described(&c);
	memtable_free(&t);
	return done();
}
