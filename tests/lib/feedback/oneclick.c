/* what a request to unsubscribe comes to */
#include "feedback/oneclick.h"
#include "tap.h"

enum { TODAY = 20000, DAYS = 30 };

static struct token_keys keys, others;
static struct buf page, tokens[6];
enum { GOOD, OLD, FORGED, BOUNCE, NOBODY, ODD };
#define FORM "application/x-www-form-urlencoded"

static const char *
made(unsigned i, const struct token_keys *k, enum token_kind kind, unsigned day,
    const char *rcpt, const char *list)
{
	struct token t = { .kind = kind, .day = day };
	struct buf *b = &tokens[i];

	token_set(&t, kind, day, "k3x9", rcpt, strlen(rcpt), list,
	    strlen(list));
	buf_puts(b, "/u/");
	if (kind == TOKEN_UNSUBSCRIBE)
		token_unsubscribe(b, k, &t);
	else
		token_return_path(b, k, &t, NULL, "x.test", 6);
	buf_putc(b, '\0');
	return buf_data(b);
}

static struct oneclick o;

/* the status, negative when something is to be done */
static int
asked(const char *method, const char *path, const char *argument,
    const char *type, const char *body)
{
	struct oneclick_request q = { method, path, argument,
		{ type, strlen(type) }, { body, strlen(body) }, 0 };

	q.too_large = strcmp(body, "large") == 0;
	is_num(oneclick_judge(&o, &q, &keys, TODAY, DAYS, &page), 0, "judged");
	buf_putc(&page, '\0');
	return o.what == ONECLICK_DO ? -(int)o.status : (int)o.status;
}

static int
shows(const char *text)
{
	return strstr(buf_data(&page), text) != NULL;
}

static void
cases(void)
{
	static const char yes[] = "List-Unsubscribe=One-Click";
	static const struct {
		unsigned token;
		const char *method, *type, *body;
		int status;
	} t[] = {
		{ GOOD, "GET", "", "", 200 },
		{ GOOD, "HEAD", "", "", 200 },
		{ GOOD, "GET", FORM, yes, 200 },
		{ GOOD, "POST", FORM, yes, -200 },
		{ GOOD, "POST", "", yes, -200 },
		{ NOBODY, "POST", FORM, yes, -200 },
		{ GOOD, "POST", FORM, "", 400 },
		{ GOOD, "POST", FORM, "List-Unsubscribe=Two-Clicks", 400 },
		{ GOOD, "POST", "text/plain", yes, 415 },
		{ GOOD, "POST", FORM, "large", 413 },
		{ GOOD, "PUT", FORM, yes, 405 },
		{ GOOD, "post", FORM, yes, 405 },
		{ GOOD, "DELETE", "", "", 405 },
		{ OLD, "GET", "", "", 410 },
		{ OLD, "POST", FORM, yes, 410 },
		{ FORGED, "POST", FORM, yes, 404 },
		{ FORGED, "GET", "", "", 404 },
		{ BOUNCE, "POST", FORM, yes, 404 },
	};
	size_t i;

	for (i = 0; i < sizeof t / sizeof *t; i++)
		is_num(asked(t[i].method, buf_data(&tokens[t[i].token]), "",
			   t[i].type, t[i].body),
		    t[i].status, t[i].body);
	is_num(asked("GET", "/", "", "", ""), 404, "no token");
	is_num(asked("GET", "", "", "", ""), 404, "no path");
	is_num(asked("POST", "/", buf_data(&tokens[GOOD]) + 3, FORM, yes), -200,
	    "the token in an argument");
	is_str(o.token.rcpt, "ann@far.test", "whose");
	is_str(o.token.list, "Spring", "which list");
	is_str(o.token.id, "k3x9", "which message");
	is_num(asked("POST", buf_data(&tokens[GOOD]), "junk", FORM, yes), -200,
	    "the path goes first");
}

static void
pages(void)
{
	asked("GET", buf_data(&tokens[GOOD]), "", "", "");
	ok(shows("<form method=\"post\">") &&
		shows("name=\"List-Unsubscribe\" value=\"One-Click\"") &&
		shows("<b>ann@far.test</b>, of Spring?"),
	    "a button, and for whom");
	asked("GET", buf_data(&tokens[ODD]), "", "", "");
	ok(shows("&lt;i&gt;&quot;a&amp;b&quot;@x") && !shows("<i>") &&
		shows("&lt;script&gt;"),
	    "what it says stays text");
	asked("GET", buf_data(&tokens[NOBODY]), "", "", "");
	ok(shows("No more mail for this address?"), "nobody is named");
	asked("PUT", buf_data(&tokens[GOOD]), "", "", "");
	ok(o.more != NULL && strcmp(o.more[0], "Allow") == 0, "Allow");
	is_num(oneclick_later(&o, &page), 0, "not now");
	ok(o.status == 503 && strcmp(o.more[0], "Retry-After") == 0 &&
		o.what == ONECLICK_SAY,
	    "is said");
	is_num(oneclick_slower(&o, &page), 0, "too often");
	ok(o.status == 429 && strcmp(o.more[0], "Retry-After") == 0 &&
		o.what == ONECLICK_SAY,
	    "is said");
}

int
main(void)
{
	static const char key[] = "MDEyMzQ1Njc4OWFiY2RlZg\n",
			  other[] = "ZmVkY2JhOTg3NjU0MzIxMA\n";
	unsigned i;

	token_keys_parse(&keys, key, strlen(key));
	token_keys_parse(&others, other, strlen(other));
	made(GOOD, &keys, TOKEN_UNSUBSCRIBE, TODAY - DAYS, "ann@far.test",
	    "Spring");
	made(OLD, &keys, TOKEN_UNSUBSCRIBE, TODAY - DAYS - 1, "ann@far.test",
	    "");
	made(FORGED, &others, TOKEN_UNSUBSCRIBE, TODAY, "ann@far.test", "");
	made(BOUNCE, &keys, TOKEN_BOUNCE, TODAY, "", "");
	made(NOBODY, &keys, TOKEN_UNSUBSCRIBE, TODAY, "", "");
	made(ODD, &keys, TOKEN_UNSUBSCRIBE, TODAY, "<i>\"a&b\"@x", "<script>");
	cases();
	pages();
	buf_free(&page);
	for (i = 0; i < sizeof tokens / sizeof *tokens; i++)
		buf_free(&tokens[i]);
	return done();
}
