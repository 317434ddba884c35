#ifndef AUTH_AUTH_H
#define AUTH_AUTH_H

#include "conf/conffile.h"
#include "conf/lookup.h"

/*
 * The file `auth`, conf(5): what is done with mail that fails DMARC.
 *
 *   dmarc-reject ACTION       where its domain asks for reject
 *   dmarc-quarantine ACTION   where it asks for quarantine
 *   dmarc-permerror ACTION    where From names no one domain; or `policy`:
 *                             as its domains ask for
 *   hold TIME                 how long the action hold puts it off
 *   except DOMAIN...          of these From domains it is only reported
 *   trust DOMAIN...           a chain they sealed that passes counts more
 *
 * ACTION: report, tag, hold, reject.  DOMAIN: the domain, or .domain: it and
 * all below.  Records: key the first word, data the action or seconds; or
 * key "except DOMAIN", "trust DOMAIN", data the line's number.
 */
extern const struct conffile conffile_auth;

enum { AUTH_HOLD_DEFAULT_S = 3 * 86400, AUTH_HOLD_MAX_S = 365 * 86400 };

/* AUTH_POLICY: for dmarc-permerror only */
enum auth_action { AUTH_REPORT, AUTH_TAG, AUTH_HOLD, AUTH_REJECT, AUTH_POLICY };
/* "report", "tag", "hold", "reject", "policy": constants */
const char *auth_word(enum auth_action);

struct auth_rules {
	enum auth_action reject, quarantine, permerror;
	unsigned hold_s;
};

/* what the table says, and what holds where it says nothing; -1: damaged */
int auth_rules(const struct lookup *, struct auth_rules *);
/* is the domain one of those?  any case; 1, 0, or -1: the table is missing
 * or damaged */
int auth_excepted(const struct lookup *, const char *domain);
int auth_trusted(const struct lookup *, const char *domain);

#endif
