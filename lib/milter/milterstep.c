#include "milter/milterstep.h"
#include "base/ip.h"
#include "base/num.h"
#include "milter/milterheader.h"
#include "milter/miltermacro.h"
#include <stdio.h>
#include <string.h>

/* of each step: its letter, the stage of its macros, what says that it is not
 * wanted, and that it is not answered */
static const struct {
	char letter;
	int stage; /* -1: it has none */
	uint32_t no, mute;
} steps[] = {
	[MILTERSTEP_CONNECT] = { MILTER_CONNECT, MILTER_AT_CONNECT,
	    MILTER_NO_CONNECT, MILTER_MUTE_CONNECT },
	[MILTERSTEP_HELO] = { MILTER_HELO, MILTER_AT_HELO, MILTER_NO_HELO,
	    MILTER_MUTE_HELO },
	[MILTERSTEP_MAIL] = { MILTER_MAIL, MILTER_AT_MAIL, MILTER_NO_MAIL,
	    MILTER_MUTE_MAIL },
	[MILTERSTEP_RCPT] = { MILTER_RCPT, MILTER_AT_RCPT, MILTER_NO_RCPT,
	    MILTER_MUTE_RCPT },
	[MILTERSTEP_DATA] = { MILTER_DATA, MILTER_AT_DATA, MILTER_NO_DATA,
	    MILTER_MUTE_DATA },
	[MILTERSTEP_HEADER] = { MILTER_HEADER, -1, MILTER_NO_HEADER,
	    MILTER_MUTE_HEADER },
	[MILTERSTEP_EOH] = { MILTER_EOH, MILTER_AT_EOH, MILTER_NO_EOH,
	    MILTER_MUTE_EOH },
	[MILTERSTEP_BODY] = { MILTER_BODY, -1, MILTER_NO_BODY,
	    MILTER_MUTE_BODY },
	[MILTERSTEP_EOM] = { MILTER_EOM, MILTER_AT_EOM, 0, 0 },
};

/* what is said at each step; 0, or -1 with errno */

static int
say_connect(struct milterstep *s, struct buf *b)
{
	const struct miltermail *m = s->mail;
	const char *ip = miltermail_fact(m, MILTERMAIL_CLIENT);
	const char *name = miltermail_fact(m, MILTERMAIL_CLIENT_NAME);
	const char *port = miltermail_fact(m, MILTERMAIL_PORT);
	unsigned char bytes[IP_LEN];
	uint64_t number = 0;
	char family;

	if (name == NULL)
		name = ip == NULL ? "localhost" : "unknown";
	if (ip == NULL)
		ip = "127.0.0.1";
	if (port != NULL)
		num_scans(port, 0, UINT16_MAX, &number);
	switch (ip_scans(ip, bytes)) {
	case 4: family = '4'; break;
	case 16: family = '6'; break;
	default: family = 'U';
	}
	if (milterpacket_texts(b, name) == -1 || buf_putc(b, family) == -1)
		return -1;
	if (family == 'U')
		return 0;
	return buf_putc(b, (char)(number >> 8)) == -1 ||
		buf_putc(b, (char)number) == -1 ||
		milterpacket_texts(b, ip) == -1
	    ? -1
	    : 0;
}

/* " NAME=value" as a text of its own, where there is a value */
static int
say_arg(struct buf *b, const char *name, const char *value)
{
	return value != NULL &&
		(buf_puts(b, name) == -1 || milterpacket_texts(b, value) == -1)
	    ? -1
	    : 0;
}

static int
say_address(struct buf *b, const char *address)
{
	return buf_printf(b, "<%s>", address) == -1 || buf_putc(b, '\0') == -1
	    ? -1
	    : 0;
}

static int
say_mail(struct milterstep *s, struct buf *b)
{
	const struct miltermail *m = s->mail;
	const char *from = miltermail_fact(m, MILTERMAIL_FROM);
	const char *body = miltermail_fact(m, MILTERMAIL_BODY);
	char size[24];

	snprintf(size, sizeof size, "%llu", (unsigned long long)m->size);
	if (say_address(b, from == NULL ? "" : from) == -1 ||
	    say_arg(b, "SIZE=", size) == -1)
		return -1;
	if (body != NULL && strcmp(body, "8bit") == 0 &&
	    milterpacket_texts(b, "BODY=8BITMIME") == -1)
		return -1;
	if (miltermail_fact(m, MILTERMAIL_UTF8) != NULL &&
	    milterpacket_texts(b, "SMTPUTF8") == -1)
		return -1;
	return say_arg(b, "RET=", miltermail_fact(m, MILTERMAIL_RET)) == -1 ||
		say_arg(b, "ENVID=", miltermail_fact(m, MILTERMAIL_ENVID)) == -1
	    ? -1
	    : 0;
}

static int
say_rcpt(struct milterstep *s, struct buf *b)
{
	const char *a = buf_data(&s->args);
	size_t n;

	if (say_address(b, buf_data(&s->address)) == -1)
		return -1;
	for (; *a != '\0'; a += n, a += strspn(a, " ")) {
		n = strcspn(a, " ");
		if (milterpacket_text(b, a, n) == -1)
			return -1;
	}
	return 0;
}

/* name and value of the field at *at: 1, or 0 when there is no more */
static int
next_field(struct milterstep *s, struct header_field *f)
{
	const char *h = buf_data(s->mail->header), *p = h + s->header;
	const char *own = NULL;
	int r;

	if (buf_len(s->mail->header) == 0)
		return 0;
	/* what came in by SMTP has a field of ours */
	if (miltermail_fact(s->mail, MILTERMAIL_PROTO) != NULL)
		own = milterheader_own(h, buf_len(s->mail->header));
	do
		r = header_field(&p, h + buf_len(s->mail->header), f);
	while (r && f->raw == own);
	s->header = (size_t)(p - h);
	return r;
}

/* a field longer than a packet may be is cut */
static int
say_field(struct milterstep *s, struct buf *b, const struct header_field *f)
{
	const char *v = memchr(f->raw, ':', f->raw_len);
	const char *end = f->raw + f->raw_len;
	size_t room = s->terms->data_max - f->name_len - 2, n;

	v++;
	if (!(s->terms->steps & MILTER_LEADING_SPACE) && v < end && *v == ' ')
		v++;
	while (end > v && end[-1] == '\n')
		end--;
	n = (size_t)(end - v);
	return milterpacket_text(b, f->name, f->name_len) == -1 ||
		milterpacket_text(b, v, n < room ? n : room) == -1
	    ? -1
	    : 0;
}

/* some of p[0..n), CRLF line ends, while there is room.  Returns the bytes
 * taken, -1 with ENOMEM */
static long
put_crlf(struct buf *b, const char *p, size_t n, size_t room)
{
	const char *at = p, *end = p + n, *lf;
	size_t len;

	while (at < end && room > 0) {
		lf = memchr(at, '\n', (size_t)(end - at));
		len = (size_t)((lf == NULL ? end : lf) - at);
		if (len > room)
			len = room;
		if (buf_put(b, at, len) == -1)
			return -1;
		at += len;
		room -= len;
		if (at != lf)
			continue;
		if (room < 2)
			break;
		if (buf_put(b, "\r\n", 2) == -1)
			return -1;
		at++;
		room -= 2;
	}
	return at - p;
}

/* as much of the body as fits into a packet; 1, or 0 when there is no more */
static int
say_body(struct milterstep *s, struct buf *b)
{
	size_t from = buf_len(b), room;
	const char *p;
	long n, used;

	for (;;) {
		room = s->terms->data_max - (buf_len(b) - from);
		if (room < 2)
			return 1;
		n = s->mail->body(s->mail->arg, s->body, &p);
		if (n == -1)
			return -1;
		if (n == 0)
			return buf_len(b) > from;
		used = put_crlf(b, p, (size_t)n, room);
		if (used == -1)
			return -1;
		s->body += (uint64_t)used;
		if (used < n)
			return 1;
	}
}

/* the steps */

static int
wanted(const struct milterstep *s, enum milterstep_at at)
{
	/* older ones know no DATA */
	if (at == MILTERSTEP_DATA && s->terms->version < 4)
		return 0;
	return !(s->terms->steps & steps[at].no);
}

/* who is told once may be told his macros though he does not want the step */
static int
say_macros(struct milterstep *s, struct buf *b)
{
	const char *rcpt =
	    s->at == MILTERSTEP_RCPT ? buf_data(&s->address) : NULL;

	return steps[s->at].stage == -1 ||
		(s->at == MILTERSTEP_DATA && s->terms->version < 4)
	    ? 0
	    : miltermacro_put(b, s->terms, s->mail,
		  (enum milter_stage)steps[s->at].stage, steps[s->at].letter,
		  rcpt);
}

/* is there one more of what is said at this step?  1, 0, -1 with errno */
static int
one_more(struct milterstep *s, struct header_field *f)
{
	switch (s->at) {
	case MILTERSTEP_RCPT:
		return miltermail_rcpt(s->mail, &s->rcpt, &s->address,
		    &s->args);
	case MILTERSTEP_HEADER: return next_field(s, f);
	default: return 1;
	}
}

/* 1: it is said; 0: there was nothing */
static int
say_data(struct milterstep *s, struct buf *b, const struct header_field *f)
{
	const char *helo = miltermail_fact(s->mail, MILTERMAIL_HELO);
	int r = 0;

	switch (s->at) {
	case MILTERSTEP_CONNECT: r = say_connect(s, b); break;
	case MILTERSTEP_HELO:
		r = milterpacket_texts(b, helo == NULL ? "localhost" : helo);
		break;
	case MILTERSTEP_MAIL: r = say_mail(s, b); break;
	case MILTERSTEP_RCPT: r = say_rcpt(s, b); break;
	case MILTERSTEP_HEADER: r = say_field(s, b, f); break;
	case MILTERSTEP_BODY: return say_body(s, b);
	default: break;
	}
	return r == -1 ? -1 : 1;
}

static int
repeats(enum milterstep_at at)
{
	return at == MILTERSTEP_RCPT || at == MILTERSTEP_HEADER ||
	    at == MILTERSTEP_BODY;
}

static int
say_step(struct milterstep *s, struct buf *b)
{
	struct header_field f;
	size_t at;
	int r;

	if (!wanted(s, s->at)) {
		r = repeats(s->at) ? 0 : say_macros(s, b);
		s->at++;
		return r;
	}
	r = one_more(s, &f);
	if (r <= 0) {
		s->at++;
		return r;
	}
	if (say_macros(s, b) == -1 ||
	    milterpacket_begin(b, steps[s->at].letter, &at) == -1)
		return -1;
	r = say_data(s, b, &f);
	if (r == 0) {
		b->end -= buf_len(b) - at;
		s->at++;
	}
	if (r <= 0)
		return r;
	milterpacket_end(b, at);
	s->waited = s->at;
	s->waiting = !(s->terms->steps & steps[s->at].mute);
	if (!repeats(s->at))
		s->at++;
	return 0;
}

int
milterstep_say(struct milterstep *s, struct buf *out, size_t mark)
{
	while (!s->waiting && s->at < MILTERSTEP_OVER) {
		if (buf_len(out) >= mark)
			return MILTERSTEP_ROOM;
		if (say_step(s, out) == -1)
			return -1;
	}
	return MILTERSTEP_ANSWER;
}

/* answers */

/* a recipient is refused: the sender is to know which */
static void
name_rcpt(struct milterstep *s, char class)
{
	char text[MILTERREPLY_TEXT];
	size_t esc = strcspn(s->text, " ");
	const char *rest = s->text[esc] == ' ' ? s->text + esc + 1 : "refused";
	const char *p;

	if (s->waited != MILTERSTEP_RCPT)
		return;
	if (s->text[0] == '\0')
		snprintf(text, sizeof text, "%c.7.1 <", class);
	else
		snprintf(text, sizeof text, "%.*s <", (int)esc, s->text);
	esc = strlen(text);
	for (p = buf_data(&s->address); *p != '\0' && esc < 300; p++)
		text[esc++] = *p > 0x20 && *p < 0x7f ? *p : '?';
	snprintf(text + esc, sizeof text - esc, ">: %s", rest);
	memcpy(s->text, text, sizeof text);
}

static enum milterstep_end
refuse(struct milterstep *s, enum milterstep_end end)
{
	name_rcpt(s, end == MILTERSTEP_PERM ? '5' : '4');
	return end;
}

/* what the milter must have announced to change that; 0: it is no change */
static uint32_t
action(const struct milterreply *r)
{
	switch (r->what) {
	case MILTERREPLY_ADDHEADER:
	case MILTERREPLY_INSHEADER: return MILTER_MAY_ADD_HEADER;
	case MILTERREPLY_CHGHEADER: return MILTER_MAY_CHANGE_HEADER;
	case MILTERREPLY_REPLBODY: return MILTER_MAY_CHANGE_BODY;
	case MILTERREPLY_ADDRCPT:
		return MILTER_MAY_ADD_RCPT | MILTER_MAY_ADD_RCPT_ARGS;
	case MILTERREPLY_DELRCPT: return MILTER_MAY_DEL_RCPT;
	case MILTERREPLY_CHGFROM: return MILTER_MAY_CHANGE_FROM;
	case MILTERREPLY_QUARANTINE: return MILTER_MAY_QUARANTINE;
	default: return 0;
	}
}

static enum milterstep_end
go_on(struct milterstep *s)
{
	s->waiting = 0;
	return s->waited == MILTERSTEP_EOM ? MILTERSTEP_PASS : MILTERSTEP_GO_ON;
}

/* no more of the kind that was told last */
static enum milterstep_end
skip(struct milterstep *s)
{
	if (s->waited == MILTERSTEP_EOM || !(s->terms->steps & MILTER_CAN_SKIP))
		return MILTERSTEP_WRONG;
	if (s->at == s->waited)
		s->at++;
	return go_on(s);
}

enum milterstep_end
milterstep_answer(struct milterstep *s, const struct milterreply *r)
{
	uint32_t may = action(r);

	if (!s->waiting)
		return r->what == MILTERREPLY_PROGRESS ? MILTERSTEP_STILL
						       : MILTERSTEP_WRONG;
	if (may != 0)
		return s->waited == MILTERSTEP_EOM && (s->terms->actions & may)
		    ? MILTERSTEP_CHANGE
		    : MILTERSTEP_WRONG;
	switch (r->what) {
	case MILTERREPLY_PROGRESS: return MILTERSTEP_STILL;
	case MILTERREPLY_CONTINUE: return go_on(s);
	case MILTERREPLY_SKIP: return skip(s);
	case MILTERREPLY_ACCEPT: return MILTERSTEP_PASS;
	case MILTERREPLY_DISCARD: return MILTERSTEP_DROP;
	case MILTERREPLY_REJECT: return refuse(s, MILTERSTEP_PERM);
	case MILTERREPLY_TEMPFAIL: return refuse(s, MILTERSTEP_TEMP);
	case MILTERREPLY_CODE:
		return refuse(s,
		    milterreply_receipt(r->value, s->text) == RECEIPT_PERM
			? MILTERSTEP_PERM
			: MILTERSTEP_TEMP);
	default: return MILTERSTEP_WRONG;
	}
}

void
milterstep_free(struct milterstep *s)
{
	buf_free(&s->address);
	buf_free(&s->args);
}
