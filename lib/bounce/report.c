#include "bounce/report.h"
#include "bounce/dsntext.h"
#include "bounce/forged.h"
#include "bounce/reportread.h"
#include "base/ascii.h"
#include "mail/header.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

int
report_action(const char *name, size_t n)
{
	const char *one;
	int i;

	for (i = 0; (one = dsntext_action(i)) != NULL; i++)
		if (strlen(one) == n && memcmp(one, name, n) == 0)
			return i;
	return -1;
}

/* sent by a machine to many? nobody waits for news of its delay */
static int
bulk(const struct report *r)
{
	const char *p = r->start, *end = p + r->start_len;
	struct header_field f;

	while (header_field(&p, end, &f)) {
		if (header_is(&f, "List-Id") ||
		    header_is(&f, "List-Unsubscribe"))
			return 1;
		if (header_is(&f, "Precedence") &&
		    (ascii_is(f.value, f.value_len, "bulk") ||
			ascii_is(f.value, f.value_len, "list") ||
			ascii_is(f.value, f.value_len, "junk")))
			return 1;
		if (header_is(&f, "Auto-Submitted") &&
		    !ascii_is(f.value, f.value_len, "no"))
			return 1;
	}
	return 0;
}

/* the original's Message-ID, if it can be quoted as it is */
static void
find_id(struct report *r)
{
	struct header_field f;
	size_t i;

	if (!header_find(r->start, r->start_len, "Message-ID", &f) ||
	    f.value_len < 3 || f.value_len >= sizeof r->original_id ||
	    f.value[0] != '<' || f.value[f.value_len - 1] != '>')
		return;
	for (i = 0; i < f.value_len; i++)
		if (f.value[i] <= ' ' || f.value[i] == 0x7f)
			return;
	memcpy(r->original_id, f.value, f.value_len);
	r->out.d.original_id = r->original_id;
}

/* to whom; NULL: nobody */
static const char *
reader(const struct report *r)
{
	if (r->from != NULL && r->from[0] != '\0' && !r->ask->to_second)
		return r->from;
	return r->out.d.action == DSN_FAILED ? r->ask->second : NULL;
}

static const char no_words[] = "the table bounces is damaged";

/* one who has not sent it; is he to be told?  MAKE, or what comes instead */
static enum report_verdict
guard(struct report *r, const char **why)
{
	const char *by = forged(r->spf, r->dmarc);
	int second;

	if (r->inside || r->out.d.second || by == NULL)
		return REPORT_MAKE;
	*why = "the sender is forged";
	if (r->out.d.action != DSN_FAILED)
		return REPORT_DROP;
	second = wording_forged(r->ask->words);
	*why = second == -1 ? no_words : by;
	if (second != 1)
		return second == -1 ? REPORT_LATER : REPORT_FORGED;
	r->out.d.to = r->ask->second;
	r->out.d.second = 1;
	return REPORT_MAKE;
}

enum report_verdict
report_read(struct report *r, const struct report_ask *a, const char **why)
{
	enum report_verdict v;
	struct header_field f;

	memset(r, 0, sizeof *r);
	r->fd = -1;
	r->ask = a;
	r->out.d.action = a->action;
	r->out.d.me = a->me;
	r->out.d.now = a->now;
	r->out.d.until = a->expire;
	if ((*why = reportread_head(r)) != NULL ||
	    (*why = reportread_lines(r)) != NULL)
		return r->no_memory ? REPORT_MEMORY : REPORT_LATER;
	*why = "null sender: nobody to tell";
	r->out.d.to = reader(r);
	if (r->out.d.to == NULL && !r->no_memory)
		return REPORT_DROP;
	r->out.d.second = r->out.d.to != r->from;
	if ((*why = reportread_rcpts(r)) != NULL ||
	    (*why = reportread_start(r)) != NULL)
		return r->no_memory ? REPORT_MEMORY : REPORT_LATER;
	if (r->no_memory)
		return REPORT_MEMORY;
	*why = "a report about mail without a sender failed, too";
	if (r->out.d.second &&
	    header_find(r->start, r->start_len, DSN_SECOND, &f))
		return REPORT_LOST;
	*why = "the sender wants no report";
	if (r->n == 0)
		return REPORT_DROP;
	*why = "no delay warning for bulk mail";
	if (a->action == DSN_DELAYED && !reportread_late(r) && bulk(r))
		return REPORT_DROP;
	v = guard(r, why);
	if (v != REPORT_MAKE)
		return v;
	*why = no_words;
	if (wording_find(&r->out.d.words, a->words, r->out.d.to) == -1)
		return REPORT_LATER;
	*why = NULL;
	r->out.d.envid = r->envid;
	find_id(r);
	return REPORT_MAKE;
}

/* may it be returned as it is? finds out about bytes above 127, too */
static int
returnable(struct report *r)
{
	uint64_t at = r->m.head_len, left = r->m.size;
	char block[16384];
	size_t line = 0, n;
	ssize_t got;

	while (left > 0) {
		n = left < sizeof block ? left : sizeof block;
		got = pread(r->fd, block, n, at);
		if (got <= 0 || !returned_fits(&line, block, got))
			return 0;
		r->out.d.eight_bit |= returned_eight_bit(block, got);
		at += got;
		left -= got;
	}
	return 1;
}

static int
whole(struct report *r)
{
	return r->out.d.action == DSN_FAILED && !r->requiretls &&
	    r->m.size <= r->ask->original_max &&
	    !(r->ret != NULL && strcasecmp(r->ret, "HDRS") == 0) &&
	    returnable(r);
}

int
report_parcel(struct report *r, struct buf *env, struct buf *before,
    uint64_t *off, uint64_t *len, struct buf *after)
{
	struct buf header = { 0 };
	int bad = 0;

	returned_name(&r->out, r->ask->name);
	r->out.d.original = whole(r) ? DSN_WHOLE : DSN_HEADER;
	*off = r->m.head_len;
	*len = r->out.d.original == DSN_WHOLE ? r->m.size : 0;
	if (r->out.d.original == DSN_HEADER) {
		bad = dsn_header(&header, r->start, r->start_len,
		    RETURNED_HEADER_MAX);
		r->out.d.eight_bit =
		    returned_eight_bit(buf_data(&header), buf_len(&header));
	}
	if (bad == -1 || dsn_open(before, &r->out.d, r->rcpt, r->n) == -1 ||
	    buf_put(before, buf_data(&header), buf_len(&header)) == -1 ||
	    dsn_close(after, &r->out.d) == -1 ||
	    returned_envelope(&r->out.d, env) == -1 ||
	    buf_put(env, buf_data(&r->kept), buf_len(&r->kept)) == -1)
		bad = -1;
	buf_free(&header);
	return bad;
}

static struct slice
slice(const char *s)
{
	return (struct slice){ s, s == NULL ? 0 : strlen(s) };
}

/* does a recipient's failure have this class? */
static int
has_class(void *arg, struct slice class)
{
	struct report *r = arg;
	struct failure_facts f = { 0 };
	struct failure what;
	size_t i;

	for (i = 0; i < r->n; i++) {
		f.esc = slice(r->rcpt[i].status);
		f.text = slice(r->rcpt[i].text);
		f.host = slice(r->rcpt[i].host);
		f.event = slice(r->rcpt[i].expired ? "expired" : "bounced");
		failuretable_look(r->ask->failures, &f, &what);
		if (word_is(class, what.class))
			return 1;
	}
	return 0;
}

int
report_copies(struct report *r, struct buf *addresses)
{
	unsigned kind = 0;

	if (r->out.d.second)
		kind = WORDING_DOUBLE;
	else if (r->out.d.action == DSN_FAILED)
		kind = WORDING_FAILED;
	else if (r->out.d.action == DSN_DELAYED)
		kind = WORDING_DELAYED;
	return kind == 0 ? 0
			 : wording_copies(r->ask->words, kind,
			       r->ask->failures == NULL ? NULL : has_class, r,
			       r->ask->me, addresses);
}

/* a report of the same, for others, with the header alone */
static int
copy_for(struct report *r, char *to, struct buf *env, struct buf *text)
{
	struct returned copy = { .d = r->out.d };
	char *next = strchr(to, '\n');

	*next = '\0';
	copy.d.copy_to = to;
	copy.d.original = DSN_HEADER;
	returned_name(&copy, r->ask->name);
	if (wording_find(&copy.d.words, r->ask->words, to) == -1)
		memset(&copy.d.words, 0, sizeof copy.d.words);
	if (returned_make(&copy, r->rcpt, r->n, r->start, r->start_len, env,
		text) == -1)
		return -1;
	while (*++next != '\0') {
		to = next;
		next = strchr(to, '\n');
		*next = '\0';
		if (parcel_puts(env, "to", to) == -1)
			return -1;
	}
	return buf_put(env, buf_data(&r->kept), buf_len(&r->kept));
}

int
report_copy(struct report *r, const struct buf *addresses, struct buf *env,
    struct buf *text)
{
	struct buf to = { 0 };
	int bad = buf_put(&to, buf_data(addresses), buf_len(addresses)) == -1 ||
	    buf_putc(&to, '\0') == -1 ||
	    copy_for(r, buf_data(&to), env, text) == -1;

	buf_free(&to);
	return bad ? -1 : 0;
}

void
report_free(struct report *r)
{
	size_t i;

	for (i = 0; i < 3 * r->n; i++)
		free(r->text[i]);
	free(r->rcpt);
	free(r->text);
	free(r->from);
	free(r->ret);
	free(r->envid);
	buf_free(&r->head);
	free(r->start);
	buf_free(&r->kept);
	if (r->fd != -1)
		close(r->fd);
}
