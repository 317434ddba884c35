/* why a failure is called so, for people and for programs */
#include "failure/explain.h"
#include "format/ltsv.h"
#include "memlookup.h"
#include "tap.h"

static const char table[] = "policy text: house rules\n"
			    "ours hard code:599,55x phase:rcpt\n"
			    "hard for:policy phase:rcpt\n"
			    "other phase:quit\n";

static const struct {
	unsigned code;
	const char *esc, *phase, *text, *people, *line;
} cases[] = {
	{ 550, "5.7.1", "rcpt", "house rules",
	    "policy, hard\n"
	    "class: conf/classes:1 text:house rules\n"
	    "type: for:policy conf/classes:3 phase:rcpt\n"
	    "by: code 550, esc 5.7.1, phase rcpt, the text\n",
	    "failure:policy\tfailure-type:hard\tline:conf/classes:1\t"
	    "type-line:conf/classes:3\tcode:550\tesc:5.7.1\tclass:rcpt\n" },
	{ 450, "", "rcpt", "house rules",
	    "policy, soft\n"
	    "class: conf/classes:1 text:house rules\n"
	    "type: never hard, for its code is temporary\n"
	    "by: code 450, phase rcpt, the text\n",
	    "failure:policy\tfailure-type:soft\tline:conf/classes:1\t"
	    "code:450\tclass:rcpt\n" },
	{ 0, "", "", "house rules",
	    "policy, soft\n"
	    "class: conf/classes:1 text:house rules\n"
	    "type: as all of its class\n"
	    "by: the text\n",
	    "failure:policy\tfailure-type:soft\tline:conf/classes:1\n" },
	{ 599, "", "rcpt", "",
	    "ours, hard\n"
	    "class: conf/classes:2 phase:rcpt code:599,55x\n"
	    "type: by that line\n"
	    "by: code 599, phase rcpt, the text\n",
	    "failure:ours\tfailure-type:hard\tline:conf/classes:2\t"
	    "code:599\tclass:rcpt\n" },
};

static struct slice
slice(const char *z)
{
	return (struct slice){ z, strlen(z) };
}

static const char *
text(struct buf *b)
{
	buf_putc(b, '\0');
	return buf_data(b);
}

int
main(void)
{
	struct failure_facts f = { 0 };
	struct failure got = { .class = "other" };
	struct buf b = { 0 };
	struct memtable t;
	struct lookup l = memtable_make(&t, &conffile_classes, table);
	size_t i;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		f.code = cases[i].code;
		f.esc = slice(cases[i].esc);
		f.phase = slice(cases[i].phase);
		f.text = slice(cases[i].text);
		is_num(failure_look(&l, &f, &got), 0, cases[i].text);
		buf_clear(&b);
		is_num(explain_people(&b, &got, "conf/classes"), 0, "people");
		is_str(text(&b), cases[i].people, "for people");
		buf_clear(&b);
		is_num(explain_line(&b, &got, "conf/classes"), 0, "line");
		ltsv_end(&b);
		is_str(text(&b), cases[i].line, "as a line");
	}
	memset(&got, 0, sizeof got);
	strcpy(got.class, "other");
	buf_clear(&b);
	explain_people(&b, &got, "x");
	is_str(text(&b),
	    "other, soft\nclass: no line holds\ntype: as all of its class\n"
	    "by: the text\n",
	    "no line at all");
	got.line = FAILURE_SHIPPED_AT + 7;
	buf_clear(&b);
	explain_line(&b, &got, "x");
	ltsv_end(&b);
	is_str(text(&b), "failure:other\tfailure-type:soft\tline:shipped:7\n",
	    "a shipped one");
	memtable_free(&t);
	return done();
}
