/* to which message what came back belongs, and what proves it */
#include "feedback/tie.h"
#include "base/buf.h"
#include "tap.h"
#include <stdlib.h>

enum { TODAY = 20000, DAYS = 60 };

static struct token_keys keys, others;
#define LONG "firstname.lastname@some-company.example"

static char bound[200], path[200], path_alone[200], old_path[200], forged[200];
static char list[400], old_list[400];

static const char *
text(struct buf *b, char *out, size_t cap)
{
	snprintf(out, cap, "%.*s", (int)buf_len(b), buf_data(b));
	buf_free(b);
	return out;
}

static void
make(void)
{
	static const char key[] = "AAECAwQFBgcICQoLDA0ODw\n",
			  other[] = "BBECAwQFBgcICQoLDA0ODw\n";
	struct token t;
	struct buf b = { 0 };

	token_keys_parse(&keys, key, sizeof key - 1);
	token_keys_parse(&others, other, sizeof other - 1);
	token_set(&t, TOKEN_BOUNCE, TODAY, "k3x9abcdefgh0123", "b@y.ex", 6, "",
	    0);
	token_return_path(&b, &keys, &t, NULL, "r.example", 9);
	text(&b, path, sizeof path);
	token_return_path(&b, &others, &t, NULL, "r.example", 9);
	text(&b, forged, sizeof forged);
	t.rcpt[0] = '\0';
	token_return_path(&b, &keys, &t, LONG, "r.example", 9);
	text(&b, bound, sizeof bound);
	token_return_path(&b, &keys, &t, NULL, "r.example", 9);
	text(&b, path_alone, sizeof path_alone);
	t.day = TODAY - DAYS - 1;
	token_return_path(&b, &keys, &t, NULL, "r.example", 9);
	text(&b, old_path, sizeof old_path);
	token_set(&t, TOKEN_UNSUBSCRIBE, TODAY, "k3x9abcdefgh0123",
	    "someone.long@y.example", 22, "news", 4);
	token_unsubscribe(&b, &keys, &t);
	text(&b, list, sizeof list);
	t.day = TODAY - DAYS - 1;
	token_unsubscribe(&b, &keys, &t);
	text(&b, old_list, sizeof old_list);
}

/* a bounce with this header returned, that came to this address */
static void
tied(struct tie *t, const char *to, const char *original, int unsubscribe)
{
	struct mailread *m = calloc(1, sizeof *m);
	struct tie_facts f = { .keys = &keys,
		.today = TODAY,
		.days = DAYS,
		.address = { to, strlen(to) },
		.unsubscribe = unsubscribe };

	m->parts.header = unsubscribe ? original : "";
	m->parts.header_len = unsubscribe ? strlen(original) : 0;
	if (!unsubscribe)
		buf_puts(&m->parts.original, original);
	tie(t, &f, m);
	mailread_free(m);
	free(m);
}

static void
is_tied(const char *name, const char *to, const char *original, enum tie_by by,
    const char *id, const char *rcpt)
{
	struct tie t;

	tied(&t, to, original, 0);
	is_str(tie_word(t.by), tie_word(by), name);
	is_str(t.token.id, id, "its message");
	is_str(t.token.rcpt, rcpt, "its recipient");
}

static void
orders(void)
{
	static const char id[] = "k3x9abcdefgh0123";
	char header[2000];

	is_tied("a return path", path, "", TIE_RETURN_PATH, id, "b@y.ex");
	is_tied("that names nobody", path_alone, "", TIE_RETURN_PATH, id, "");
	is_tied("of somebody else", forged, "", TIE_NONE, "", "");
	is_tied("too old", old_path, "", TIE_NONE, "", "");
	is_tied("another address", "ann@x.example", "", TIE_NONE, "", "");
	snprintf(header, sizeof header,
	    "List-Unsubscribe: <https://u.example/%.40s\n %s>\n\n", list,
	    list + 40);
	is_tied("a token in the returned header, folded", "fbl@x.example",
	    header, TIE_LIST_TOKEN, id, "someone.long@y.example");
	is_tied("a return path goes first", path, header, TIE_RETURN_PATH, id,
	    "b@y.ex");
	snprintf(header, sizeof header,
	    "Return-Path: <%s>\nMessage-ID: <zzzzzzzzzzzzzzzz@x>\n\n", path);
	is_tied("the returned one", "fbl@x.example", header, TIE_RETURN_PATH,
	    id, "b@y.ex");
	is_tied("a Message-ID of our form", "fbl@x.example",
	    "Message-ID: <k3x9abcdefgh0123@x.example>\n\n", TIE_MESSAGE_ID, id,
	    "");
	is_tied("of another one", "fbl@x.example",
	    "Message-ID: <ABC.def@x.example>\n\n", TIE_NONE, "", "");
	is_tied("behind a token that is none", forged,
	    "Message-ID: <k3x9abcdefgh0123@x.example>\n\n", TIE_MESSAGE_ID, id,
	    "");
}

static void
marks(void)
{
	char subject[600];
	struct tie t;

	tied(&t, forged, "Message-ID: <a.b@x.example>\n\n", 0);
	ok(t.forged && !t.expired, "a forged one is told");
	is_str(t.msgid, "a.b@x.example", "the Message-ID, too");
	tied(&t, old_path, "", 0);
	ok(!t.forged && t.expired, "so is an old one");
	tied(&t, "ann@x.example", "", 0);
	ok(!t.forged && !t.expired, "and one that is none is not");
	snprintf(subject, sizeof subject, "Subject: leave %s\n\n", list);
	tied(&t, "leave@x.example", subject, 1);
	ok(t.by == TIE_LIST_TOKEN, "a token in a subject");
	is_str(t.token.list, "news", "its list");
	snprintf(subject, sizeof subject, "leave+%s@x.example", list);
	tied(&t, subject, "\n", 1);
	ok(t.by == TIE_LIST_TOKEN, "in an address");
	snprintf(subject, sizeof subject, "Subject: %s\n\n", old_list);
	tied(&t, "leave@x.example", subject, 1);
	ok(t.by == TIE_NONE && t.expired, "an old one");
}

/* so many that are none, and then a good one */
static int
after(unsigned n)
{
	struct buf b = { 0 };
	struct tie t;
	unsigned i;

	buf_puts(&b, "List-Unsubscribe:");
	for (i = 0; i < n; i++)
		buf_puts(&b, " <http://x/?u1.a.b>,");
	buf_printf(&b, "\nReturn-Path: <%s>\n\n", path);
	buf_putc(&b, '\0');
	tied(&t, "x@y.example", buf_data(&b), 0);
	buf_free(&b);
	return t.by == TIE_RETURN_PATH;
}

/* a report whose return path is bound; NULL: not there */
static void
is_bound(const char *name, const char *orcpt, const char *final,
    const char *header, const char *original, const char *rcpt)
{
	struct mailread *m = calloc(1, sizeof *m);
	struct tie_facts f = { .keys = &keys,
		.today = TODAY,
		.days = DAYS,
		.address = { bound, strlen(bound) } };
	struct feedreport_rcpt *r;
	struct tie t;

	m->parts.header = header == NULL ? "\n" : header;
	m->parts.header_len = strlen(m->parts.header);
	buf_puts(&m->parts.original, original == NULL ? "\n" : original);
	if (orcpt != NULL || final != NULL) {
		r = feedreport_add(&m->report);
		feedreport_line(r->orcpt, sizeof r->orcpt,
		    orcpt == NULL ? "" : orcpt,
		    orcpt == NULL ? 0 : strlen(orcpt));
		feedreport_line(r->address, sizeof r->address,
		    final == NULL ? "" : final,
		    final == NULL ? 0 : strlen(final));
	}
	tie(&t, &f, m);
	is_str(tie_word(t.by), "return-path", name);
	is_str(t.token.id, "k3x9abcdefgh0123", "its message");
	is_str(t.token.rcpt, rcpt, "its recipient");
	mailread_free(m);
	free(m);
}

static void
bindings(void)
{
	is_bound("nobody is named", NULL, NULL, NULL, NULL, "");
	is_bound("the original recipient", LONG, "x@far.example", NULL, NULL,
	    LONG);
	is_bound("the final one", NULL, LONG, NULL, NULL, LONG);
	is_bound("in another case", NULL,
	    "Firstname.Lastname@SOME-COMPANY.example", NULL, NULL,
	    "Firstname.Lastname@SOME-COMPANY.example");
	is_bound("another one", "victim@some-company.example",
	    "victim@some-company.example", NULL, NULL, "");
	is_bound("sent on, and not said by whom", NULL, "x@far.example", NULL,
	    "Subject: x\nTo: A. B. <" LONG ">\n\n", LONG);
	is_bound("as its own server has it", NULL, "x@far.example", NULL,
	    "To: list@y.example\nReceived: from a by b for <" LONG ">; x\n\n",
	    LONG);
	is_bound("X-Failed-Recipients", NULL, NULL,
	    "X-Failed-Recipients: x@y.example, " LONG "\n\n", NULL, LONG);
	is_bound("who answers", NULL, NULL, "From: " LONG "\n\n", NULL, LONG);
	is_bound("what the text returned says otherwise", NULL, NULL, NULL,
	    "Subject: " LONG "\n\n", "");
}

/* so many others in front of who it is */
static int
behind(unsigned n)
{
	struct buf b = { 0 };
	struct tie t;
	unsigned i;

	buf_puts(&b, "To: x@y.example");
	for (i = 1; i < n; i++)
		buf_puts(&b, ", x@y.example");
	buf_puts(&b, "\nCc: " LONG "\n\n");
	buf_putc(&b, '\0');
	tied(&t, bound, buf_data(&b), 0);
	buf_free(&b);
	return t.token.rcpt[0] != '\0';
}

int
main(void)
{
	make();
	orders();
	bindings();
	ok(behind(TIE_RCPTS_MAX - 1), "recipients to the limit");
	ok(!behind(TIE_RCPTS_MAX), "and one more");
	marks();
	ok(after(TIE_TOKENS_MAX - 1), "tokens to the limit");
	ok(!after(TIE_TOKENS_MAX), "and one more");
	return done();
}
