#include "sendmail/options.h"
#include "sendmail/envoption.h"
#include <errno.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

void
sendmail_options_init(struct sendmail_options *o, int64_t now_s)
{
	memset(o, 0, sizeof *o);
	o->now_s = now_s;
	o->mode = o->odd_mode = 'm';
	o->retry = "";
}

static const char *
scan_notify(struct envelope *e, const char *s)
{
	switch (envelope_notify(e, s)) {
	case ENVELOPE_MEMORY: errno = ENOMEM; return "out of memory";
	case ENVELOPE_BAD:
		return "-N takes never, or a list of success, failure, delay";
	default: return NULL;
	}
}

static const char *
scan_mode(struct sendmail_options *o, const char *s)
{
	if (s[0] == '\0' || s[1] != '\0' || strchr("mpsvik", s[0]) == NULL)
		return "-b takes m, p, s, v, i or k";
	o->mode = s[0];
	return NULL;
}

/* -o; -odb, -om and the like mean nothing here */
static void
scan_o(struct sendmail_options *o, const char *s)
{
	if (strcmp(s, "i") == 0)
		o->keep_dots = 1;
	else if (s[0] == 'e')
		o->odd_mode = s[1];
}

static const char *
scan_ret(struct sendmail_options *o, const char *s)
{
	if (strcasecmp(s, "full") == 0)
		o->ret = "FULL";
	else if (strcasecmp(s, "hdrs") == 0)
		o->ret = "HDRS";
	else
		return "-R takes full or hdrs";
	return NULL;
}

/* -q, with what it names or without */
static void
scan_retry(struct sendmail_options *o, const char *s)
{
	o->mode = 'q';
	o->retry = s == NULL ? "" : s;
}

static const char *
option(struct sendmail_options *o, struct envelope *e, int c)
{
	switch (c) {
	case 'B': o->body = optarg; break;
	case 'b': return scan_mode(o, optarg);
	case 'C': o->dir = optarg; break;
	case 'e': o->odd_mode = optarg[0]; break;
	case 'F': o->name = optarg; break;
	case 'f':
	case 'r': o->from = optarg; break;
	case 'I': o->mode = 'i'; break;
	case 'i': o->keep_dots = 1; break;
	case 'N': return scan_notify(e, optarg);
	case 'o': scan_o(o, optarg); break;
	case 'O': return envoption_add(&o->lines, optarg, o->now_s);
	case 'q': scan_retry(o, optarg); break;
	case 'R': return scan_ret(o, optarg);
	case 't': o->take_rcpts = 1; break;
	case 'V': o->envid = optarg; break;
	case 'v': o->verbose = 1; break;
	case '?': return "unknown option, or one without its value";
	}
	return NULL;
}

const char *
sendmail_options_read(struct sendmail_options *o, struct envelope *e, int argc,
    char **argv)
{
	/* those that option() does not know mean nothing here */
	static const char known[] =
	    "+A:B:b:C:cd::e:F:f:GgIiL:h:mN:no:O:p:q::R:r:tUV:vX:x";
	const char *fault = NULL;
	int c;

	opterr = 0;
	while (fault == NULL && (c = getopt(argc, argv, known)) != -1) {
		errno = 0;
		fault = option(o, e, c);
	}
	if (fault == NULL && o->body != NULL &&
	    strcasecmp(o->body, "7BIT") != 0 &&
	    strcasecmp(o->body, "8BITMIME") != 0) {
		errno = 0;
		fault = "-B takes 7BIT or 8BITMIME";
	}
	return fault;
}
