/* questions and answers of sts-fetch: as they stand in a line, and back */
#include "sts/stsline.h"
#include "tap.h"
#include <stdlib.h>
#include <string.h>

static const char *const good[] = {
	"n:17\task:example.net\n",
	"n:0\tmode:none\n",
	"n:4294967295\tmode:none\tid:a1\texpires:1790000000\n",
	"n:17\tmode:enforce\tid:20260101\texpires:1790000000\tmx:mx1.example.net *.example.net\n",
	"n:17\tmode:testing\tid:a\texpires:0\tmx:a\n",
	"n:3\tmode:none\tfail:sts-policy-invalid\ttext:missing version\n",
};

static const char *const bad[] = {
	"",
	"\n",
	"hello\n",
	"n:1\n",
	"ask:example.net\n",
	"mode:none\n",
	"n:-1\tmode:none\n",
	"n:4294967296\tmode:none\n",
	"n:x\task:example.net\n",
	"n:1\task:\n",
	"n:1\task:.example.net\n",
	"n:1\task:example..net\n",
	"n:1\task:a b\n",
	"n:1\task:../etc/passwd\n",
	"n:1\task:\xc3\xbc.example\n",
	"n:1\tmode:strict\n",
	"n:1\tmode:enforce\n",
	"n:1\tmode:enforce\tid:a\texpires:1\n",
	"n:1\tmode:enforce\tid:a\tmx:a.example\n",
	"n:1\tmode:enforce\tid:\texpires:1\tmx:a.example\n",
	"n:1\tmode:enforce\tid:a-b\texpires:1\tmx:a.example\n",
	"n:1\tmode:enforce\tid:a\texpires:x\tmx:a.example\n",
	"n:1\tmode:enforce\tid:a\texpires:1\tmx:a.example,b\n",
	"n:1\tmode:enforce\tid:a\texpires:1\tmx:a  b\n",
	"n:1\tmode:enforce\tid:a\texpires:1\tmx: a\n",
	"n:1\tmode:none\tid:012345678901234567890123456789012\texpires:1\n",
};

static void
round_trip(const char *text)
{
	struct buf b = { 0 };
	struct stsline l;

	is_num(stsline_get(&l, text, strlen(text)), 0, text);
	stsline_put(&b, &l);
	buf_putc(&b, '\0');
	is_str(buf_data(&b), text, "and back");
	buf_free(&b);
}

/* the longest answer that there can be has room */
static void
longest(void)
{
	static struct stsline l, again;
	static char name[WORD_DOMAIN_MAX + 2] = "*.";
	struct buf b = { 0 };
	unsigned i;

	memset(name + 2, 'a', WORD_DOMAIN_MAX);
	for (i = 52; i < sizeof name; i += 51)
		name[i] = '.';
	l.n = UINT32_MAX;
	l.mode = STS_ENFORCE;
	memset(l.id, 'z', STS_ID_MAX);
	l.expires_s = INT64_MAX;
	memset(l.fail, 'f', sizeof l.fail - 1);
	/* four bytes each, escaped */
	memset(l.text, '\t', STS_TEXT_MAX);
	l.n_mx = STS_MX_MAX;
	for (i = 0; i < STS_MX_MAX; i++) {
		l.mx[i].p = name;
		l.mx[i].n = sizeof name;
	}
	stsline_put(&b, &l);
	ok(buf_len(&b) <= STS_LINE_MAX, "the longest answer is a line");
	is_num(stsline_get(&again, buf_data(&b), buf_len(&b)), 0, "it is read");
	is_num(again.n_mx, STS_MX_MAX, "with all patterns");
	is_str(again.text, l.text, "and its text");
	buf_puts(&b, "n:1\tmode:none\n");
	buf_free(&b);
}

static void
too_much(void)
{
	static char line[STS_LINE_MAX + 10];
	struct stsline l;
	size_t n;
	unsigned i;

	n = (size_t)snprintf(line, sizeof line,
	    "n:1\tmode:enforce\tid:a\texpires:1\tmx:a");
	for (i = 1; i < STS_MX_MAX; i++)
		n += (size_t)snprintf(line + n, sizeof line - n, " a");
	is_num(stsline_get(&l, line, n), 0, "64 patterns");
	n += (size_t)snprintf(line + n, sizeof line - n, " a");
	is_num(stsline_get(&l, line, n), -1, "65");
	n = (size_t)snprintf(line, sizeof line, "n:1\tmode:none\ttext:");
	memset(line + n, 'x', sizeof line - n);
	is_num(stsline_get(&l, line, STS_LINE_MAX), 0, "the longest line");
	is_num((long long)strlen(l.text), STS_TEXT_MAX, "its text is cut");
	is_num(stsline_get(&l, line, STS_LINE_MAX + 1), -1, "a longer one");
}

int
main(void)
{
	struct stsline l;
	char name[WORD_DOMAIN_MAX + 1];
	size_t i;

	for (i = 0; i < sizeof good / sizeof *good; i++)
		round_trip(good[i]);
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		is_num(stsline_get(&l, bad[i], strlen(bad[i])), -1, bad[i]);
	is_num(stsline_get(&l, "n:1\task:Example.NET", 19), 0, "capitals");
	is_str(l.ask, "example.net", "are small ones");
	is_num(stsline_domain(name, "_a.example", 10), 0, "an underscore");
	longest();
	too_much();
	return done();
}
