#include "ship/relabel.h"
#include "tap.h"

static struct relabel r;

/* lines with ; between: "" or what is wrong */
static const char *
read_table(const char *text)
{
	const char *why = NULL;
	size_t n;

	relabel_begin(&r);
	for (; why == NULL && *text != '\0'; text += n + (text[n] == ';')) {
		n = strcspn(text, ";");
		why = relabel_line(&r, text, n);
	}
	if (why == NULL)
		why = relabel_end(&r);
	return why == NULL ? "" : why;
}

static const char *
applied(const char *text, const char *line)
{
	static struct buf b;
	struct ltsv e;

	buf_clear(&b);
	if (read_table(text)[0] != '\0')
		return read_table(text);
	strcpy(r.key, "0123456789abcdef");
	r.key_len = 16;
	if (ltsv_parse(line, strlen(line), &e) == -1 ||
	    relabel_put(&r, &e, &b) == -1 || buf_putc(&b, '\0') == -1)
		return "?";
	return buf_data(&b);
}

static void
table(void)
{
	static const char line[] =
	    "ts:1\tev:sent\tto:ann@example.net\ttext:a\\tb";
	/* printf ann@example.net | openssl dgst -sha256 -hmac ... */
	static const struct {
		const char *table, *want;
	} t[] = {
		{ "", "\tts:1\tev:sent\tto:ann@example.net\ttext:a\\tb" },
		{ "to drop", "\tts:1\tev:sent\ttext:a\\tb" },
		{ "to rename rcpt",
		    "\tts:1\tev:sent\trcpt:ann@example.net\t"
		    "text:a\\tb" },
		{ "to cut 3", "\tts:1\tev:sent\tto:ann\ttext:a\\tb" },
		{ "text cut 2", "\tts:1\tev:sent\tto:ann@example.net\ttext:a" },
		{ "text cut 3",
		    "\tts:1\tev:sent\tto:ann@example.net\ttext:a\\t" },
		{ "* drop;ev keep", "\tev:sent" },
		{ "* drop;ev keep;to cut 1 rename t", "\tev:sent\tt:a" },
		{ "* cut 2;ev keep", "\tts:1\tev:sent\tto:an\ttext:a" },
		{ ":key k;to hash;* drop",
		    "\tto:4651512a11a3fd96e1013826e41705bb" },
		{ ":key k;to hash rename who;* drop",
		    "\twho:4651512a11a3fd96e1013826e41705bb" },
		{ ":key k;text hash;* drop",
		    "\ttext:bcbe6517a92909f4e3af94a5aa39756b" },
		{ "to", "a label without action" },
		{ "TO drop", "not a label" },
		{ "to fold",
		    "no such action: want keep, drop, rename, hash, "
		    "cut" },
		{ "to drop;to keep", "a label that stands twice" },
		{ "to drop hash", "keep and drop stand alone" },
		{ "to hash drop", "keep and drop stand alone" },
		{ "to rename", "an action without its value" },
		{ "to rename T", "not a label to rename to" },
		{ "to rename eid", "not a label to rename to" },
		{ "to rename src", "not a label to rename to" },
		{ "to rename v", "not a label to rename to" },
		{ "* rename x", "* cannot be renamed" },
		{ "to cut 0", "not a number of bytes to cut to" },
		{ "to cut 65536",
		    "\tts:1\tev:sent\tto:ann@example.net\t"
		    "text:a\\tb" },
		{ "to cut 65537", "not a number of bytes to cut to" },
		{ "to hash", "hash without a line :key FILE" },
		{ ":key", "want :key FILE" },
		{ ":key a b", "want :key FILE" },
		{ ":key a;:key b", ":key stands twice" },
		{ "to \"drop", "a quote is not closed" },
	};
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++)
		is_str(applied(t[i].table, line), t[i].want, t[i].table);
	is_str(applied("", "eid:5\tev:sent\tsrc:x\tv:2\tva:3"),
	    "\tev:sent\tva:3", "eid, src and v never come twice");
}

static void
limits(void)
{
	char line[100];
	unsigned i;

	relabel_begin(&r);
	for (i = 0; i < RELABEL_MAX; i++) {
		snprintf(line, sizeof line, "l%u drop", i);
		if (relabel_line(&r, line, strlen(line)) != NULL)
			break;
	}
	is_num(i, RELABEL_MAX, "as many labels as there may be");
	is_str(relabel_line(&r, "one drop", 8), "too many labels", "one more");
}

int
main(void)
{
	table();
	limits();
	return done();
}
