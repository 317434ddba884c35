#include "admin/adminlines.h"
#include "tap.h"
#include <stdlib.h>

#define ID1 "0000000000000000000a"
#define ID2 "0000000000100000000a"

static struct adminlines a;
static struct buf out;

/* lines that end in LF, as the call would answer; `stopped` where it wanted no
 * more */
static const char *
run(const char *lines)
{
	const char *end;
	int r = 1;

	buf_clear(&out);
	for (; r == 1 && *lines != '\0'; lines = end + 1) {
		end = strchr(lines, '\n');
		r = adminlines_add(&a, lines, (size_t)(end - lines));
	}
	if (r == 0)
		buf_puts(&out, "stopped ");
	adminlines_put(&a, &out);
	buf_putc(&out, '\0');
	adminlines_free(&a);
	return buf_data(&out);
}

static void
begin(enum admincall_form form, unsigned limit, const char *after)
{
	memset(&a, 0, sizeof a);
	a.form = form;
	a.limit = limit;
	a.after = after;
}

static const char list[] = "id:" ID1 "\tn:0\tto:a\n"
			   "id:" ID1 "\tn:9\tto:b\n"
			   "id:" ID1 "\tn:10\tto:c\n"
			   "id:" ID2 "\tn:0\tto:d\n";

static void
lists(void)
{
	begin(ADMINCALL_LIST, 4, NULL);
	is_str(run(list),
	    "{\"recipients\":[\n{\"id\":\"" ID1 "\",\"n\":0,\"to\":\"a\"},\n"
	    "{\"id\":\"" ID1 "\",\"n\":9,\"to\":\"b\"},\n"
	    "{\"id\":\"" ID1 "\",\"n\":10,\"to\":\"c\"},\n"
	    "{\"id\":\"" ID2 "\",\"n\":0,\"to\":\"d\"}\n],\"next\":null}\n",
	    "all of a list");
	begin(ADMINCALL_LIST, 2, NULL);
	is_str(run(list),
	    "stopped {\"recipients\":[\n{\"id\":\"" ID1
	    "\",\"n\":0,\"to\":\"a\"},\n{\"id\":\"" ID1
	    "\",\"n\":9,\"to\":\"b\"}\n],\"next\":\"" ID1 ".9\"}\n",
	    "a part of it");
	begin(ADMINCALL_LIST, 2, ID1 ".9");
	is_str(run(list),
	    "{\"recipients\":[\n{\"id\":\"" ID1
	    "\",\"n\":10,\"to\":\"c\"},\n{\"id\":\"" ID2
	    "\",\"n\":0,\"to\":\"d\"}\n],\"next\":null}\n",
	    "and what follows");
	begin(ADMINCALL_LIST, 2, NULL);
	is_str(run(""), "{\"recipients\":[\n\n],\"next\":null}\n", "none");
	begin(ADMINCALL_LIST, 2, NULL);
	is_str(run("x\n\nid:1\tn:0\n"),
	    "{\"recipients\":[\n\n],\"next\":null}\n", "what is none");
}

static const char log_lines[] =
    "ts:1\tev:accepted\tid:" ID1 "\ttenant:acme\tkey:acme/k1\n"
    "ts:2\tev:sent\tid:" ID1 "\ttenant:ACME\tto:b\n"
    "ts:3\tev:sent\tid:" ID2 "\ttenant:other\n"
    "2026 prog: info: about " ID1 "\n"
    "ts:4\tev:accepted\tkey:other/k1\n";

static unsigned
count(const char *text)
{
	unsigned n = 0;

	for (; (text = strstr(text, "\"ts\":")) != NULL; text++)
		n++;
	return n;
}

static void
events(void)
{
	struct adminparams p = { .n = 0 };

	begin(ADMINCALL_EVENTS, 10, NULL);
	is_num(count(run(log_lines)), 4, "all events");
	ok(strstr(buf_data(&out), "\"line\":\"2026 prog") != NULL,
	    "and a diagnostic");
	begin(ADMINCALL_EVENTS, 2, NULL);
	is_str(run(log_lines),
	    "{\"events\":[\n{\"line\":\"2026 prog: info: about " ID1 "\"},\n"
	    "{\"ts\":\"4\",\"ev\":\"accepted\",\"key\":\"other/k1\"}\n"
	    "],\"more\":true}\n",
	    "the newest");
	begin(ADMINCALL_EVENTS, 10, NULL);
	a.filter.tenant = "acme";
	is_num(count(run(log_lines)), 2, "of a tenant");
	ok(strstr(buf_data(&out), "line") == NULL, "no diagnostic");
	begin(ADMINCALL_EVENTS, 10, NULL);
	a.filter.id = ID1;
	is_num(count(run(log_lines)), 2, "of a message");
	begin(ADMINCALL_EVENTS, 10, NULL);
	a.filter.key = "k1";
	is_num(count(run(log_lines)), 2, "of a key");
	begin(ADMINCALL_EVENTS, 10, NULL);
	a.filter.key = "k1";
	a.filter.org = "acme";
	is_num(count(run(log_lines)), 1, "of a key of an organisation");
	begin(ADMINCALL_EVENTS, 10, NULL);
	a.filter.key = "cme/k1";
	a.filter.org = "a";
	is_num(count(run(log_lines)), 0, "not a part of its name");
	adminparams_query(&p, (struct slice){ "ev=sent&to=B", 12 });
	begin(ADMINCALL_EVENTS, 10, NULL);
	a.filter.params = &p;
	is_num(count(run(log_lines)), 1, "of a kind and a recipient");
	adminparams_free(&p);
}

static void
others(void)
{
	begin(ADMINCALL_ONE, 0, NULL);
	is_str(run("order:3\nok:1\tcount:2\tout:0\tfailed:0\n"),
	    "{\"order\":3,\"ok\":1,\"count\":2,\"out\":0,\"failed\":0}\n",
	    "an order");
	begin(ADMINCALL_ONE, 0, NULL);
	is_str(run(""), "{}\n", "nothing");
	begin(ADMINCALL_ROWS, 0, NULL);
	is_str(run("row:total\trecipients:2\tage-5:1\ndomain:\"\\t\n"),
	    "{\"rows\":[\n{\"row\":\"total\",\"recipients\":2,\"age-5\":1},\n"
	    "{\"domain\":\"\\\"\\u0009\"}\n],\"complete\":true}\n",
	    "rows");
	begin(ADMINCALL_STATE, 0, NULL);
	is_str(run("messages:3\tout:1\nsite:x\nok:1\n"),
	    "{\"status\":\"up\",\"queue\":{\"messages\":3,\"out\":1}}\n",
	    "a state");
}

static void
limits(void)
{
	struct buf in = { 0 };
	unsigned i;

	for (i = 0; i < ADMINLINES_ROWS_MAX; i++)
		buf_puts(&in, "n:1\n");
	buf_putc(&in, '\0');
	begin(ADMINCALL_ROWS, 0, NULL);
	ok(strstr(run(buf_data(&in)), "\"complete\":true") != NULL,
	    "as many rows as may be");
	in.end--;
	buf_puts(&in, "n:1\n");
	buf_putc(&in, '\0');
	begin(ADMINCALL_ROWS, 0, NULL);
	ok(strstr(run(buf_data(&in)), "\"complete\":false") != NULL,
	    "one more is said");
	buf_free(&in);
}

int
main(void)
{
	lists();
	events();
	others();
	limits();
	buf_free(&out);
	return done();
}
