/* what each action of a rule does, one rule after the other */
#include "fix/actions.h"
#include "memlookup.h"
#include "tap.h"

#define ENV "from s@a.example\nto r@b.example\n"
#define HEADER "From: x@a.example\nX-S: 7\n"

static const struct {
	const char *rule;
	const char *env, *header; /* behind it; NULL: as before */
} cases[] = {
	{ "add:\"A: %{header:X-S}\"", NULL, HEADER "A: 7\n" },
	{ "default:\"X-S: 8\" default:\"A: 8\"", NULL, HEADER "A: 8\n" },
	{ "set:\"X-S: 8\"", NULL, "From: x@a.example\nX-S: 8\n" },
	{ "add:\"A: %{tag:none}\"", NULL, NULL },
	{ "remove:X-*", NULL, "From: x@a.example\n" },
	{ "feedback-id:%{header:X-S}:x", NULL, HEADER "Feedback-ID: 7:x\n" },
	{ "list-unsubscribe:https://u.example/%{me}%{uuid}", NULL, "" },
	{ "tag:c=%{header:X-S}", ENV "tag c=7\n", NULL },
	{ "tenant:t", ENV "tenant t\n", NULL },
	{ "prio:3", ENV "prio 3\n", NULL },
	{ "set-key:%{header:X-S}", ENV "key 7\n", NULL },
	{ "set-key:%{header:X-T}", NULL, NULL },
	{ "return-path-header:X-S=a.example", NULL, NULL },
	{ "seven-bit", NULL, NULL },
};

static struct buf env, header;

static void
begin(struct fixwork *w, struct fix_mail *m)
{
	static const unsigned char rnd[TOKEN_RANDOM_LEN];

	memset(w, 0, sizeof *w);
	memset(m, 0, sizeof *m);
	buf_clear(&env);
	buf_clear(&header);
	buf_puts(&env, ENV);
	buf_puts(&header, HEADER);
	m->env = &env;
	m->header = &header;
	w->m = m;
	w->facts.me = "me.example";
	w->facts.header = HEADER;
	w->facts.header_len = strlen(HEADER);
	is_num(fixfacts_read(&w->facts, &env, rnd), 0, "the facts");
}

static void
end(struct fixwork *w)
{
	fixfacts_free(&w->facts);
	buf_free(&w->out);
}

/* all actions of a rule; what the first one that does not go on returned */
static int
apply(struct fixwork *w, const char *text)
{
	struct memtable t;
	struct lookup l = memtable_make(&t, &conffile_fix, text);
	struct rulesearch s;
	struct fixrules_mail mail;
	struct fixrules_rule r;
	int k = FIXACTION_GO_ON;
	unsigned i;

	is_str(buf_data(&t.faults), "", text);
	rulesearch_load(&s, &l);
	fixfacts_mail(&w->facts, &mail);
	is_num(fixrules_find(&s, &l, &mail, 0, &r), 1, "a rule");
	for (i = 0; i < r.n && k == FIXACTION_GO_ON; i++)
		k = fixaction_do(w, &r, i);
	memtable_free(&t);
	return k;
}

static void
each(void)
{
	struct fixwork w;
	struct fix_mail m;
	char line[200];
	size_t i;

	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		begin(&w, &m);
		snprintf(line, sizeof line, "* %s\n", cases[i].rule);
		is_num(apply(&w, line), FIXACTION_GO_ON, "it goes on");
		buf_putc(&env, '\0');
		buf_putc(&header, '\0');
		is_str(buf_data(&env),
		    cases[i].env == NULL ? ENV : cases[i].env, "envelope");
		if (cases[i].header == NULL || cases[i].header[0] != '\0')
			is_str(buf_data(&header),
			    cases[i].header == NULL ? HEADER : cases[i].header,
			    "header");
		else
			ok(strstr(buf_data(&header),
			       HEADER
			       "List-Unsubscribe: <https://u.example/me.example") !=
				NULL,
			    "header");
		is_num(m.changed, cases[i].header != NULL, "changed");
		end(&w);
	}
}

static void
others(void)
{
	static char text[FIXRULES_TEXT_MAX + 2];
	struct fixwork w;
	struct fix_mail m;

	begin(&w, &m);
	is_num(apply(&w, "* seven-bit\n"), FIXACTION_GO_ON, "seven-bit");
	is_num(m.seven_bit, 1, "is noted");
	is_num(apply(&w, "* allow-from:@a.example check-from\n"),
	    FIXACTION_GO_ON, "who may be in From");
	ok(w.lists == 1 && w.check == 1, "is kept");
	is_num(apply(&w, "* return-path:r.example\n"), FIXACTION_GO_ON,
	    "a return path");
	is_num(w.facts.no_key, 1, "without a key");
	m.long_header = 1;
	is_num(apply(&w, "* add:\"A: b\"\n"), FIXACTION_GO_ON, "a long header");
	is_num(m.changed, 0, "stays");
	is_num(apply(&w, "* reject:\"no such thing\" prio:3\n"), FIXACTION_STOP,
	    "a refusal");
	is_str(m.text, "5.7.1 no such thing", "is said");
	is_num(m.line, 1, "with its rule");
	memset(text, 'x', sizeof text);
	fixaction_refuse(&w, "5.7.1", (struct slice){ text, FIXRULES_TEXT_MAX },
	    2);
	is_num(strlen(m.text), FIXRULES_TEXT_MAX + 6, "a text at the limit");
	fixaction_refuse(&w, "5.7.1",
	    (struct slice){ text, FIXRULES_TEXT_MAX + 1 }, 2);
	is_num(strlen(m.text), FIXRULES_TEXT_MAX + 6, "one above");
	end(&w);
}

int
main(void)
{
	each();
	others();
	buf_free(&env);
	buf_free(&header);
	return done();
}
