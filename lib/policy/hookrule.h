#ifndef POLICY_HOOKRULE_H
#define POLICY_HOOKRULE_H

#include "conf/lookup.h"
#include "conf/word.h"
#include <stdint.h>

/*
 * The file `hooks`, conf-hooks(5): who is asked at which stage of SMTP.
 *
 *   STAGE[,STAGE...] WHERE [wait=SPAN] [else=later|go] [who=outside|all]
 *                          [conns=N] [pipeline=N] [context=TEXT]
 *
 * STAGE: connect helo auth mail rcpt data end.  WHERE: unix:PATH, tcp:IP:PORT,
 * tcp:[IP]:PORT, run:COMMAND.  Records: "1", "2", ... the lines;
 * "@1", ... their numbers.
 */
enum {
	HOOKRULE_MAX = 32,          /* lines of the file */
	HOOKRULE_WHERE_MAX = 1000,  /* bytes of a WHERE */
	HOOKRULE_CONTEXT_MAX = 200, /* bytes of context= */
	HOOKRULE_WAIT_MAX_S = 60,
	HOOKRULE_CONNS_MAX = 64,   /* of one process of smtp-recv */
	HOOKRULE_PIPELINE_MAX = 64 /* questions at once on a connection */
};

enum hookrule_stage {
	HOOKRULE_CONNECT,
	HOOKRULE_HELO,
	HOOKRULE_AUTH,
	HOOKRULE_MAIL,
	HOOKRULE_RCPT,
	HOOKRULE_DATA,
	HOOKRULE_END,
	HOOKRULE_STAGES
};

struct hookrule {
	unsigned line;   /* of the file */
	unsigned stages; /* 1 << enum hookrule_stage */
	int64_t wait_ms;
	unsigned conns, pipeline;
	unsigned go : 1,   /* without an answer nothing is against it */
	    everybody : 1; /* our own people, too */
	char where[HOOKRULE_WHERE_MAX + 1];
	char context[HOOKRULE_CONTEXT_MAX + 1];
	char twice[WORD_TWICE_MAX]; /* of hookrule_parse() */
};

extern const struct conffile conffile_hooks;

/* a line; NULL, or what is wrong with it */
const char *hookrule_parse(struct hookrule *, const char *p, size_t n);
/* a TCP address: 4 or 16 bytes of ip, and the port; 0: it is none */
size_t hookrule_tcp(const char *where, unsigned char ip[16], uint16_t *port);

/*
 * hookrule_get - the rule of that number, from 0 on
 *
 * Returns 1, 0: there are no more; -1: the table cannot be read.
 */
int hookrule_get(const struct lookup *, unsigned number, struct hookrule *);

#endif
