/* templates: faults, and what comes out */
#include "conf/template.h"
#include "tap.h"
#include <stdlib.h>

static const char *const good[] = { "", "x", "%", "%%", "100%", "%20",
	"%{uuid}", "%{from}%{from-domain}%{sender}%{sender-domain}",
	"%{tenant}%{user}%{rcpt}%{rcpt-domain}%{me}%{date}%{token}",
	"a%{tag:x}b%{header:X-Stream-Id}c", "}", "{uuid}", "%%{uuid" };
static const struct {
	const char *text, *fault;
} bad[] = {
	{ "%{", "%{ without }" },
	{ "%{uuid", "%{ without }" },
	{ "%{}", "unknown name within %{}" },
	{ "%{Uuid}", "unknown name within %{}" },
	{ "%{uuid }", "unknown name within %{}" },
	{ "%{uuid:x}", "unknown name within %{}" },
	{ "%{tag}", "unknown name within %{}" },
	{ "%{tag:}", "nothing behind the colon within %{}" },
	{ "%{header:}", "nothing behind the colon within %{}" },
	{ "%{header:a b}", "not a name of a tag or field" },
	{ "%{header:a:b}", "not a name of a tag or field" },
	{ "%{header:12345678901234567890123456789012345678901234567890123456789012345}",
	    "not a name of a tag or field" },
};

/* uuid: what it is; of a tag its name; of anything else nothing */
static const char *raw;
static size_t raw_len;

static int
get(void *arg, struct slice name, struct slice of, struct buf *out)
{
	(void)arg;
	if (word_is(name, "uuid") || word_is(name, "token"))
		return buf_put(out, raw, raw_len);
	if (word_is(name, "tag:"))
		return buf_put(out, of.p, of.n);
	return 0;
}

static const struct template_source source = { get, NULL };

static const char *
make(const char *text, enum template_form form, const char *value, size_t n)
{
	static struct buf b;

	raw = value;
	raw_len = n;
	buf_clear(&b);
	buf_puts(&b, "=");
	if (template_put(&b, text, strlen(text), form, &source) == -1 ||
	    buf_putc(&b, '\0') == -1)
		abort();
	return buf_data(&b) + 1;
}

int
main(void)
{
	static char big[TEMPLATE_MAX + 10], many[200];
	size_t i, n;

	for (i = 0; i < sizeof good / sizeof *good; i++)
		ok(template_fault(good[i], strlen(good[i])) == NULL, good[i]);
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		is_str(template_fault(bad[i].text, strlen(bad[i].text)),
		    bad[i].fault, bad[i].text);
	is_str(make("a%{uuid}b%{tag:x}%{me}c", TEMPLATE_TEXT, "U", 1), "aUbxc",
	    "names");
	is_str(make("100%% %20 50%", TEMPLATE_TEXT, "U", 1), "100% %20 50%",
	    "percent signs");
	is_str(make("%%{uuid}", TEMPLATE_TEXT, "U", 1), "%{uuid}", "no name");
	is_str(make("%{uuid}", TEMPLATE_TEXT, "%{tag:x}", 8), "%{tag:x}",
	    "a value is no template");
	is_str(make("%{uuid}", TEMPLATE_TEXT, "a\r\nBcc: \0\x7f\x1b\xc3\xa4",
		   13),
	    "a  Bcc:    \xc3\xa4", "control bytes");
	is_str(make("x:/%{uuid}", TEMPLATE_URL, "a b>,\"<%\xc3\xa4~", 11),
	    "x:/a%20b%3E%2C%22%3C%25%C3%A4~", "in an URL");
	is_str(make("x: %{uuid}:y", TEMPLATE_WORD, "a b:c\n\xc3\xa4", 8),
	    "x: a-b-c---:y", "a word");
	memset(big, 'x', sizeof big);
	is_num(strlen(make("%{uuid}", TEMPLATE_TEXT, big, TEMPLATE_VALUE_MAX)),
	    TEMPLATE_VALUE_MAX, "the longest value");
	is_num(strlen(make("%{uuid}", TEMPLATE_TEXT, big,
		   TEMPLATE_VALUE_MAX + 1)),
	    TEMPLATE_VALUE_MAX, "a longer one is cut");
	is_num(strlen(make("%{token}", TEMPLATE_TEXT, big,
		   TEMPLATE_TOKEN_MAX + 1)),
	    TEMPLATE_TOKEN_MAX, "a token may be longer");
	for (i = 0; i < 10; i++)
		memcpy(many + 7 * i, "%{uuid}", 8);
	is_num(strlen(make(many, TEMPLATE_TEXT, big, TEMPLATE_VALUE_MAX)),
	    TEMPLATE_MAX, "the whole is cut");
	/* characters of UTF-8 stay whole */
	for (n = 0; n < 3; n++) {
		memset(big, 'x', TEMPLATE_VALUE_MAX);
		memcpy(big + TEMPLATE_VALUE_MAX - n, "\xe2\x82\xac", 3);
		is_num(strlen(make("%{uuid}", TEMPLATE_TEXT, big,
			   TEMPLATE_VALUE_MAX + 3 - n)),
		    TEMPLATE_VALUE_MAX - n, "a character that does not fit");
	}
	ok(template_names("a%{token}", 9, "token"), "it is named");
	ok(!template_names("a%%{token}", 10, "token"), "it is not");
	return done();
}
