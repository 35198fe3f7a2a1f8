// Generated from the OpenAPI document of the control plane. Do not edit it: run `make node-types`.
/* eslint-disable */

export interface paths {
    "/__admin/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Return the status of the mock
         * @description Return the status of the mock.
         */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        /**
         * Check that the mock runs
         * @description Check that the mock runs.
         */
        head: operations["headHealth"];
        patch?: never;
        trace?: never;
    };
    "/__admin/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reset this sandbox, and no other
         * @description Reset this sandbox, and no other.
         */
        post: operations["reset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__admin/scenarios": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List all scenarios, the active one, and why some are unavailable
         * @description List all scenarios, the active one, and why some are unavailable.
         */
        get: operations["getScenarios"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__admin/scenario": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Return the name of the active scenario
         * @description Return the name of the active scenario.
         */
        get: operations["getScenario"];
        /**
         * Switch the scenario and restart its counters
         * @description Switch the scenario and restart its counters.
         */
        put: operations["putScenario"];
        post?: never;
        /**
         * Switch back to the start scenario
         * @description Switch back to the start scenario.
         */
        delete: operations["deleteScenario"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__admin/faults": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the ad-hoc faults
         * @description List the ad-hoc faults.
         */
        get: operations["getFaults"];
        put?: never;
        /**
         * Add a fault to the active scenario
         * @description Add a fault to the active scenario.
         */
        post: operations["postFault"];
        /**
         * Remove all ad-hoc faults
         * @description Remove all ad-hoc faults.
         */
        delete: operations["deleteFaults"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__admin/faults/{fault_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove an ad-hoc fault
         * @description Remove an ad-hoc fault.
         */
        delete: operations["deleteFault"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__admin/clock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Return the time of this sandbox
         * @description Return the time of this sandbox.
         */
        get: operations["getClock"];
        /**
         * Freeze the clock at a time, or advance it by a duration
         * @description Freeze the clock at a time, or advance it by a duration.
         */
        put: operations["putClock"];
        post?: never;
        /**
         * Reset the clock to its state at the start
         * @description Reset the clock to its state at the start.
         */
        delete: operations["deleteClock"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__admin/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the users, page by page
         * @description List the users, page by page.
         */
        get: operations["getUsers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__admin/users/{username}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Return a user with the token
         * @description Return a user with the token.
         */
        get: operations["getUser"];
        /**
         * Create or replace a user
         * @description Create or replace a user.
         */
        put: operations["putUser"];
        post?: never;
        /**
         * Delete a user
         * @description Delete a user. The sessions stay and answer 1940102.
         */
        delete: operations["deleteUser"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__admin/users/{username}/tokens/{token_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Add a token to the list of a user, or replace it (profile dashboard)
         * @description Add a token to the list of a user, or replace it (profile dashboard).
         */
        put: operations["putToken"];
        post?: never;
        /**
         * Remove a token from the list of a user (profile dashboard)
         * @description Remove a token from the list of a user (profile dashboard).
         */
        delete: operations["deleteToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__admin/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the sessions of one user or of all users, page by page
         * @description List the sessions of one user or of all users, page by page.
         */
        get: operations["getSessions"];
        put?: never;
        /**
         * Log a user in: create a session with a fresh id
         * @description Log a user in: create a session with a fresh id.
         */
        post: operations["postSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__admin/sessions/{sid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Return a session with its cookie
         * @description Return a session with its cookie.
         */
        get: operations["getSession"];
        /**
         * Create or replace a session
         * @description Create or replace a session.
         */
        put: operations["putSession"];
        post?: never;
        /**
         * Delete a session
         * @description Delete a session.
         */
        delete: operations["deleteSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__admin/cookies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Return a cookie that must be refused, and its code
         * @description Return a cookie that must be refused, and its code.
         */
        get: operations["getCookie"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__admin/use": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Set the session cookie of a user in a browser
         * @description Set the session cookie of a user in a browser.
         */
        get: operations["use"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__admin/fixtures.yaml": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Return the users, sessions, secrets and scenarios as a fixture file, with passwords
         * @description Return the users, sessions, secrets and scenarios as a fixture file, with passwords.
         */
        get: operations["getFixtures"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__admin/requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Return the journal
         * @description Return the journal. With `wait`, wait until there is a matching entry.
         */
        get: operations["getRequests"];
        put?: never;
        post?: never;
        /**
         * Delete all entries of the journal
         * @description Delete all entries of the journal.
         */
        delete: operations["deleteRequests"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__admin/requests.har": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Return the journal as HAR 1.2
         * @description Return the journal as HAR 1.2.
         */
        get: operations["getHar"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__admin/requests/count": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Count the matching entries
         * @description Count the matching entries. With `wait`, wait until `at_least` match.
         */
        get: operations["countRequests"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__admin/requests/{request_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Return an entry of the journal
         * @description Return an entry of the journal.
         */
        get: operations["getRequest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__admin/outbox": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Return the mails, oldest first
         * @description Return the mails, oldest first. With `wait`, wait until there is one.
         */
        get: operations["getOutbox"];
        put?: never;
        post?: never;
        /**
         * Delete all mails of the outbox
         * @description Delete all mails of the outbox.
         */
        delete: operations["deleteOutbox"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__admin/outbox/{mail_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Return a mail of the outbox
         * @description Return a mail of the outbox.
         */
        get: operations["getMail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__admin/coverage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Return how often each documented pair was answered
         * @description Return how often each documented pair was answered.
         */
        get: operations["getCoverage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__admin/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Return the OpenAPI document of the mocked API
         * @description Return the OpenAPI document of the mocked API.
         */
        get: operations["getOpenapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__admin/control-plane.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Return the OpenAPI document of the control plane
         * @description Return the OpenAPI document of the control plane.
         */
        get: operations["getControlPlane"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__admin/sandboxes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List all sandboxes, the default one first
         * @description List all sandboxes, the default one first.
         */
        get: operations["getSandboxes"];
        put?: never;
        /**
         * Create a sandbox
         * @description Create a sandbox.
         */
        post: operations["postSandbox"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__admin/sandboxes/{sandbox_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Return a sandbox
         * @description Return a sandbox.
         */
        get: operations["getSandbox"];
        put?: never;
        post?: never;
        /**
         * Delete a sandbox
         * @description Delete a sandbox.
         */
        delete: operations["deleteSandbox"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__admin/sandboxes/{sandbox_id}/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Return the status of the mock
         * @description Return the status of the mock.
         */
        get: operations["healthInSandbox"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        /**
         * Check that the mock runs
         * @description Check that the mock runs.
         */
        head: operations["headHealthInSandbox"];
        patch?: never;
        trace?: never;
    };
    "/__admin/sandboxes/{sandbox_id}/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reset this sandbox, and no other
         * @description Reset this sandbox, and no other.
         */
        post: operations["resetInSandbox"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__admin/sandboxes/{sandbox_id}/scenarios": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List all scenarios, the active one, and why some are unavailable
         * @description List all scenarios, the active one, and why some are unavailable.
         */
        get: operations["getScenariosInSandbox"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__admin/sandboxes/{sandbox_id}/scenario": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Return the name of the active scenario
         * @description Return the name of the active scenario.
         */
        get: operations["getScenarioInSandbox"];
        /**
         * Switch the scenario and restart its counters
         * @description Switch the scenario and restart its counters.
         */
        put: operations["putScenarioInSandbox"];
        post?: never;
        /**
         * Switch back to the start scenario
         * @description Switch back to the start scenario.
         */
        delete: operations["deleteScenarioInSandbox"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__admin/sandboxes/{sandbox_id}/faults": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the ad-hoc faults
         * @description List the ad-hoc faults.
         */
        get: operations["getFaultsInSandbox"];
        put?: never;
        /**
         * Add a fault to the active scenario
         * @description Add a fault to the active scenario.
         */
        post: operations["postFaultInSandbox"];
        /**
         * Remove all ad-hoc faults
         * @description Remove all ad-hoc faults.
         */
        delete: operations["deleteFaultsInSandbox"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__admin/sandboxes/{sandbox_id}/faults/{fault_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove an ad-hoc fault
         * @description Remove an ad-hoc fault.
         */
        delete: operations["deleteFaultInSandbox"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__admin/sandboxes/{sandbox_id}/clock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Return the time of this sandbox
         * @description Return the time of this sandbox.
         */
        get: operations["getClockInSandbox"];
        /**
         * Freeze the clock at a time, or advance it by a duration
         * @description Freeze the clock at a time, or advance it by a duration.
         */
        put: operations["putClockInSandbox"];
        post?: never;
        /**
         * Reset the clock to its state at the start
         * @description Reset the clock to its state at the start.
         */
        delete: operations["deleteClockInSandbox"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__admin/sandboxes/{sandbox_id}/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the users, page by page
         * @description List the users, page by page.
         */
        get: operations["getUsersInSandbox"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__admin/sandboxes/{sandbox_id}/users/{username}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Return a user with the token
         * @description Return a user with the token.
         */
        get: operations["getUserInSandbox"];
        /**
         * Create or replace a user
         * @description Create or replace a user.
         */
        put: operations["putUserInSandbox"];
        post?: never;
        /**
         * Delete a user
         * @description Delete a user. The sessions stay and answer 1940102.
         */
        delete: operations["deleteUserInSandbox"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__admin/sandboxes/{sandbox_id}/users/{username}/tokens/{token_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Add a token to the list of a user, or replace it (profile dashboard)
         * @description Add a token to the list of a user, or replace it (profile dashboard).
         */
        put: operations["putTokenInSandbox"];
        post?: never;
        /**
         * Remove a token from the list of a user (profile dashboard)
         * @description Remove a token from the list of a user (profile dashboard).
         */
        delete: operations["deleteTokenInSandbox"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__admin/sandboxes/{sandbox_id}/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the sessions of one user or of all users, page by page
         * @description List the sessions of one user or of all users, page by page.
         */
        get: operations["getSessionsInSandbox"];
        put?: never;
        /**
         * Log a user in: create a session with a fresh id
         * @description Log a user in: create a session with a fresh id.
         */
        post: operations["postSessionInSandbox"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__admin/sandboxes/{sandbox_id}/sessions/{sid}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Return a session with its cookie
         * @description Return a session with its cookie.
         */
        get: operations["getSessionInSandbox"];
        /**
         * Create or replace a session
         * @description Create or replace a session.
         */
        put: operations["putSessionInSandbox"];
        post?: never;
        /**
         * Delete a session
         * @description Delete a session.
         */
        delete: operations["deleteSessionInSandbox"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__admin/sandboxes/{sandbox_id}/cookies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Return a cookie that must be refused, and its code
         * @description Return a cookie that must be refused, and its code.
         */
        get: operations["getCookieInSandbox"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__admin/sandboxes/{sandbox_id}/use": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Set the session cookie of a user in a browser
         * @description Set the session cookie of a user in a browser.
         */
        get: operations["useInSandbox"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__admin/sandboxes/{sandbox_id}/fixtures.yaml": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Return the users, sessions, secrets and scenarios as a fixture file, with passwords
         * @description Return the users, sessions, secrets and scenarios as a fixture file, with passwords.
         */
        get: operations["getFixturesInSandbox"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__admin/sandboxes/{sandbox_id}/requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Return the journal
         * @description Return the journal. With `wait`, wait until there is a matching entry.
         */
        get: operations["getRequestsInSandbox"];
        put?: never;
        post?: never;
        /**
         * Delete all entries of the journal
         * @description Delete all entries of the journal.
         */
        delete: operations["deleteRequestsInSandbox"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__admin/sandboxes/{sandbox_id}/requests.har": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Return the journal as HAR 1.2
         * @description Return the journal as HAR 1.2.
         */
        get: operations["getHarInSandbox"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__admin/sandboxes/{sandbox_id}/requests/count": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Count the matching entries
         * @description Count the matching entries. With `wait`, wait until `at_least` match.
         */
        get: operations["countRequestsInSandbox"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__admin/sandboxes/{sandbox_id}/requests/{request_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Return an entry of the journal
         * @description Return an entry of the journal.
         */
        get: operations["getRequestInSandbox"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__admin/sandboxes/{sandbox_id}/outbox": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Return the mails, oldest first
         * @description Return the mails, oldest first. With `wait`, wait until there is one.
         */
        get: operations["getOutboxInSandbox"];
        put?: never;
        post?: never;
        /**
         * Delete all mails of the outbox
         * @description Delete all mails of the outbox.
         */
        delete: operations["deleteOutboxInSandbox"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__admin/sandboxes/{sandbox_id}/outbox/{mail_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Return a mail of the outbox
         * @description Return a mail of the outbox.
         */
        get: operations["getMailInSandbox"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__admin/sandboxes/{sandbox_id}/coverage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Return how often each documented pair was answered
         * @description Return how often each documented pair was answered.
         */
        get: operations["getCoverageInSandbox"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/__admin/sandboxes/{sandbox_id}/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Return the OpenAPI document of the mocked API
         * @description Return the OpenAPI document of the mocked API.
         */
        get: operations["getOpenapiInSandbox"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description The name of the active scenario. */
        ActiveScenarioAnswer: {
            name: string;
        };
        /** @description A fault that was added at run time. */
        AdHocFaultAnswer: {
            id: number;
            operation: string;
            endpoint?: string;
            username?: string;
            error?: string;
            after_commit?: boolean;
            wire?: string;
            delay?: string | components["schemas"]["DelayAnswer"];
            skip?: number;
            times?: number;
            probability?: number;
            seed?: number;
            starts_after?: string;
            lasts?: string;
            /** @description When the fault expires. */
            expires?: string;
            /** @description How often the fault has fired. */
            fired: number;
            /** @description When the fault is added: what of it has no effect, and why. */
            warnings?: string[];
        };
        /** @description The time of a sandbox, and whether its clock is frozen. */
        ClockAnswer: {
            now: string;
            frozen: boolean;
        };
        /** @description `PUT /clock`: exactly one of the two fields. */
        ClockBody: {
            /** @example 2026-01-01T00:00:00Z */
            now?: string;
            /**
             * @example 250ms
             * @example 2s
             * @example 10m
             * @example 30h
             */
            advance?: string;
        };
        /** @description A cookie that must be refused, and the code of the refusal. */
        CookieAnswer: {
            kind: string;
            cookie: string;
            cookie_header: string;
            code: number;
        };
        /**
         * @description The number of matching journal entries. `met` says whether there are `at_least` that many.
         *
         *     `complete` is false if an evicted entry could have matched.
         */
        CountAnswer: {
            count: number;
            complete: boolean;
            met: boolean;
        };
        /** @description How often each documented pair was answered. Forced codes are listed separately. */
        CoverageAnswer: {
            documented: number;
            covered: number;
            percent: number;
            pairs: components["schemas"]["PairAnswer"][];
            forced: components["schemas"]["PairAnswer"][];
        };
        /** @description A delay that is drawn uniformly from a range. */
        DelayAnswer: {
            min: string;
            max: string;
        };
        /** @description A random delay, uniformly distributed over a range. */
        DelayRange: {
            /**
             * @example 250ms
             * @example 2s
             * @example 10m
             * @example 30h
             */
            min: string;
            /**
             * @example 250ms
             * @example 2s
             * @example 10m
             * @example 30h
             */
            max: string;
        };
        /**
         * @description Entries of the journal, oldest first. `total` counts all matching ones, beyond `limit` too.
         *
         *     `complete` is false if an evicted entry could have matched.
         */
        EntriesAnswer: {
            complete: boolean;
            total: number;
            requests: components["schemas"]["EntryAnswer"][];
        };
        /** @description An entry of the journal, without signatures and tokens. */
        EntryAnswer: {
            id: number;
            time: string;
            method: string;
            path: string;
            /** @description The documented path that the request reached. */
            endpoint: string | null;
            status: number;
            /** @description The code in the envelope. */
            code: number | null;
            /** @description The session's user. */
            username: string | null;
            sid: string | null;
            scenario: string | null;
            faults: components["schemas"]["StruckAnswer"][];
            /** @description The steps that led to the reply. */
            explain: string[];
            warnings: string[];
            duration_ms: number;
            request: components["schemas"]["SentAnswer"];
            response: components["schemas"]["GotAnswer"];
        };
        /**
         * @description The ways in which an operation can fail. Each operation has one.
         * @enum {string}
         */
        ErrorKind: "database" | "unavailable";
        /** @description A fault as in the fixtures, without the fields at their defaults. */
        FaultAnswer: {
            id?: number;
            operation: string;
            endpoint?: string;
            username?: string;
            error?: string;
            after_commit?: boolean;
            wire?: string;
            delay?: string | components["schemas"]["DelayAnswer"];
            skip?: number;
            times?: number;
            probability?: number;
            seed?: number;
            starts_after?: string;
            lasts?: string;
        };
        /** @description `POST /faults`: a fault as in the fixtures, and its ttl. */
        FaultBody: {
            /**
             * @description The operation that fails or is delayed: database is find_user, find_token, save_token or save_user, request is the whole exchange.
             * @default database
             */
            operation?: components["schemas"]["Operation"];
            /**
             * @description Only requests to this endpoint.
             * @enum {string}
             */
            endpoint?: "/auth/token" | "/auth/token/new" | "/auth/token/revoke" | "/auth/register" | "/auth/login" | "/auth/logout" | "/auth/verify" | "/auth/verify/sendemail" | "/profile/get-userinfo" | "/profile/update-userinfo" | "/profile/upload-new-avatar";
            /** @description Only this user's requests. */
            username?: string;
            /** @description The operation fails: database for operations on users and sessions (1950301), unavailable for recaptcha (1940101) and send_mail (1450301). */
            error?: components["schemas"]["ErrorKind"];
            /**
             * @description A failing write is stored all the same.
             * @default false
             */
            after_commit?: boolean;
            /** @description With operation request: how the exchange breaks on the wire. */
            wire?: components["schemas"]["Wire"];
            /** @description How long the operation takes, at most 10 minutes. */
            delay?: string | components["schemas"]["DelayRange"];
            /**
             * @description Let this many matching requests pass first.
             * @default 0
             */
            skip?: number;
            /** @description Fire this many times, then no more. */
            times?: number;
            /**
             * @description The probability of firing.
             * @default 1
             */
            probability?: number;
            /** @description The same seed gives the same sequence of draws. */
            seed?: number;
            /**
             * @description Counted from the scenario's first use.
             * @example 250ms
             * @example 2s
             * @example 10m
             * @example 30h
             */
            starts_after?: string;
            /**
             * @description Counted from when it starts.
             * @example 250ms
             * @example 2s
             * @example 10m
             * @example 30h
             */
            lasts?: string;
            /**
             * @example 250ms
             * @example 2s
             * @example 10m
             * @example 30h
             */
            ttl?: string;
        };
        /** @description The ad-hoc faults, oldest first. */
        FaultsAnswer: {
            faults: components["schemas"]["AdHocFaultAnswer"][];
        };
        /** @description What the client got, without secrets. Of the body, at most 4 KB. */
        GotAnswer: {
            headers: {
                [key: string]: string;
            };
            body: string;
            /** @description Whether the body was longer. */
            truncated: boolean;
        };
        /** @description The status of the mock. A caller without a required token gets only `status`. */
        HealthAnswer: {
            status: string;
            version?: string;
            profile?: string;
            scenario?: string;
            /** @description Where the state of the mock is kept. */
            state?: string;
            users?: number;
            sessions?: number;
        };
        /** @description A field of the body that is invalid. */
        InvalidField: {
            /** @description A JSON pointer (RFC 6901). Empty: the body as a whole. */
            pointer: string;
            /** @description What would be right. */
            detail: string;
        };
        /** @description A mail in the outbox. `link` is under the sandbox's `api_url`. */
        MailAnswer: {
            id: number;
            time: string;
            username: string;
            /** @description The address as it was given. */
            to: string;
            subject: string;
            html: string;
            /** @description Verifies the user when it is followed. */
            link: string;
            /** @description The `code` in the link's query. */
            code: string;
            /** @description False if the mail server refused the mail. */
            delivered: boolean;
            /** @description Why it was refused. */
            reason: string | null;
        };
        /**
         * @description Mails of the outbox, oldest first. `total` counts all matching ones, beyond `limit` too.
         *
         *     `complete` is false if an evicted mail could have matched.
         */
        MailsAnswer: {
            complete: boolean;
            total: number;
            messages: components["schemas"]["MailAnswer"][];
        };
        /** @description A new sandbox, with the sessions written out in the fixtures. */
        NewSandboxAnswer: {
            id: string;
            /** @description The path of its control plane. */
            admin: string;
            api_url: string;
            scenario: string;
            /** @description How long it may idle. Null for the default sandbox, which never expires. */
            ttl: string | null;
            sessions: components["schemas"]["SessionAnswer"][];
        };
        /** @description `POST /sessions`: at most one of ttl and expires. */
        NewSessionBody: {
            username: string | null;
            /**
             * @example 250ms
             * @example 2s
             * @example 10m
             * @example 30h
             */
            ttl?: string;
            /** @example 2026-01-01T00:00:00Z */
            expires?: string;
        };
        /**
         * @description An operation that a fault can hit.
         * @enum {string}
         */
        Operation: "database" | "find_token" | "find_user" | "recaptcha" | "request" | "save_session" | "save_token" | "save_user" | "send_mail" | "session_store";
        /** @description How often an endpoint has answered with a code. */
        PairAnswer: {
            endpoint: string;
            code: number;
            count: number;
        };
        /** @description A problem document (RFC 9457). */
        Problem: {
            /** @description The kind of problem. */
            title: string;
            /** @description The HTTP status. */
            status: number;
            /** @description What is wrong, where, and what would be right. */
            detail: string;
            /** @description With 422: the invalid fields. */
            errors?: components["schemas"]["InvalidField"][];
            /** @description The valid names, if a name is unknown. */
            valid?: string[];
        };
        /** @description A sandbox: its URLs, its scenario and its ttl. */
        SandboxAnswer: {
            id: string;
            /** @description The path of its control plane. */
            admin: string;
            api_url: string;
            scenario: string;
            /** @description How long it may idle. Null for the default sandbox, which never expires. */
            ttl: string | null;
        };
        /** @description `POST /sandboxes`. */
        SandboxBody: {
            scenario?: string;
            /**
             * @example 250ms
             * @example 2s
             * @example 10m
             * @example 30h
             */
            ttl?: string;
        };
        /** @description All sandboxes, the default one first. */
        SandboxesAnswer: {
            sandboxes: components["schemas"]["SandboxAnswer"][];
        };
        /** @description A scenario as in the fixtures, with its name. */
        ScenarioAnswer: {
            name: string;
            description: string;
            faults: components["schemas"]["FaultAnswer"][];
            /** @description Why this server cannot carry out the scenario. */
            unavailable?: string;
        };
        /** @description `PUT /scenario`. */
        ScenarioBody: {
            name: string;
        };
        /** @description All scenarios. `active` is the name of the active one. */
        ScenariosAnswer: {
            active: string;
            scenarios: components["schemas"]["ScenarioAnswer"][];
        };
        /** @description What the client sent, without secrets. Of the body, at most 4 KB. */
        SentAnswer: {
            headers: {
                [key: string]: string;
            };
            query: string;
            body: string;
            /** @description Whether the body was longer. */
            truncated: boolean;
        };
        /** @description A session with its cookie. */
        SessionAnswer: {
            sid: string;
            username: string | null;
            expires: string;
            /** @description The percent-encoded value alone. */
            cookie: string;
            /** @description Name and value, for a Cookie header. */
            cookie_header: string;
        };
        /** @description `PUT /sessions/{sid}`: at most one of ttl and expires. */
        SessionBody: {
            username: string | null;
            /**
             * @example 250ms
             * @example 2s
             * @example 10m
             * @example 30h
             */
            ttl?: string;
            /** @example 2026-01-01T00:00:00Z */
            expires?: string;
            sid?: string;
        };
        /** @description A page of sessions. `next` is the `after` of the next page, or null on the last page. */
        SessionsAnswer: {
            sessions: components["schemas"]["SessionAnswer"][];
            next: string | null;
        };
        /** @description A fault that hit a request: its source, the operation that it hit, and its effect. */
        StruckAnswer: {
            source: string;
            operation: string;
            effect: string;
        };
        /** @description A token of a user's list, in profile `dashboard`. */
        TokenAnswer: {
            id: number;
            token: string;
            name?: string | null;
        };
        /** @description `PUT /users/{username}/tokens/{id}`. */
        TokenBody: {
            /** @description `issue`: the mock issues one. Anything else is the token itself. */
            token: string;
            name?: string | null;
        };
        /** @description A token of a user's list, in profile `dashboard`. */
        TokenEntry: {
            /** @description What the user calls it. It may be missing. */
            name?: string | null;
            /**
             * @description `issue`: the mock issues one at load. Anything else is the token itself.
             * @example issue
             */
            token: string;
            /** @description Unique. Default: one more than the greatest id so far, from 0 on, in the order of the fixtures. With repeat it is that of the first user's token. */
            id?: number;
        };
        /** @description A user as in the fixtures, with the current tokens and without the password. */
        UserAnswer: {
            username: string;
            uid: number | null;
            email: string | null;
            verified: boolean;
            token: string | null;
            scenario: string | null;
            /** @default false */
            admin?: boolean;
            /** @default null */
            avatar?: string | null;
            /** @default [] */
            tokens?: components["schemas"]["TokenAnswer"][];
        };
        /** @description `PUT /users/{username}`. Replaces the user: a missing field gets its default. */
        UserBody: {
            username?: string;
            /** @default null */
            uid?: number | null;
            /** @default null */
            email?: string | null;
            /** @default null */
            password?: string | null;
            /** @default true */
            verified?: boolean;
            /** @default null */
            token?: string | null;
            /** @default null */
            scenario?: string | null;
            /** @default false */
            admin?: boolean;
            /** @default null */
            avatar?: string | null;
            /** @default [] */
            tokens?: components["schemas"]["TokenEntry"][];
        };
        /** @description A page of users. `next` is the `after` of the next page, or null on the last page. */
        UsersAnswer: {
            users: components["schemas"]["UserAnswer"][];
            next: string | null;
        };
        /**
         * @description The ways in which an exchange can break on the wire.
         * @enum {string}
         */
        Wire: "empty" | "html" | "malformed" | "reset" | "truncate";
    };
    responses: {
        /** @description The body is not JSON, or the path is not percent-encoded UTF-8. */
        BadRequest: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "title": "Bad Request",
                 *       "status": 400,
                 *       "detail": "The body is not JSON, or the path is not percent-encoded UTF-8."
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The mock requires its admin token (--admin-token). */
        Unauthorized: {
            headers: {
                /** @description The scheme: `Bearer`. */
                "WWW-Authenticate": string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "title": "Unauthorized",
                 *       "status": 401,
                 *       "detail": "The mock requires its admin token (--admin-token)."
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The `Host`, the origin or the site of the request is not allowed. */
        Forbidden: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "title": "Forbidden",
                 *       "status": 403,
                 *       "detail": "The `Host`, the origin or the site of the request is not allowed."
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description What the path names does not exist, or --disable-admin is set. */
        NotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "title": "Not Found",
                 *       "status": 404,
                 *       "detail": "What the path names does not exist, or --disable-admin is set."
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body has more than 1000000 bytes. */
        TooLarge: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "title": "Request Entity Too Large",
                 *       "status": 413,
                 *       "detail": "The body has more than 1000000 bytes."
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body is not `application/json`. */
        UnsupportedMediaType: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "title": "Unsupported Media Type",
                 *       "status": 415,
                 *       "detail": "The body is not `application/json`."
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description A field, a name or a query parameter is unknown or invalid. */
        Unprocessable: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "title": "Unprocessable Entity",
                 *       "status": 422,
                 *       "detail": "A field, a name or a query parameter is unknown or invalid."
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The request line and the headers have more than 16 KiB. */
        HeadersTooLarge: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "title": "Request Header Fields Too Large",
                 *       "status": 431,
                 *       "detail": "The request line and the headers have more than 16 KiB."
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The state of the mock cannot be reached (--state). */
        StateUnavailable: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "title": "Service Unavailable",
                 *       "status": 503,
                 *       "detail": "The state of the mock cannot be reached (--state)."
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HealthAnswer"];
                };
            };
            403: components["responses"]["Forbidden"];
            422: components["responses"]["Unprocessable"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    headHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The `Host`, the origin or the site of the request is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field, a name or a query parameter is unknown or invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The state of the mock cannot be reached (--state). */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    reset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    getScenarios: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScenariosAnswer"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    getScenario: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ActiveScenarioAnswer"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    putScenario: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "db-down"
                 *     }
                 */
                "application/json": components["schemas"]["ScenarioBody"];
            };
        };
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScenarioAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    deleteScenario: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    getFaults: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FaultsAnswer"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    postFault: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "operation": "save_token",
                 *       "error": "database",
                 *       "times": 1,
                 *       "ttl": "1h"
                 *     }
                 */
                "application/json": components["schemas"]["FaultBody"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdHocFaultAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            /** @description The limit of ad-hoc faults is reached. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "detail": "The limit of ad-hoc faults is reached."
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    deleteFaults: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    deleteFault: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the ad-hoc fault.
                 * @example 1
                 */
                fault_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    getClock: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClockAnswer"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    putClock: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "advance": "31h"
                 *     }
                 */
                "application/json": components["schemas"]["ClockBody"];
            };
        };
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClockAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    deleteClock: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    getUsers: {
        parameters: {
            query?: {
                /** @description The maximum number of items. */
                limit?: number;
                /** @description Only items after this one: the `next` of the previous page. */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UsersAnswer"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    getUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The name of the user.
                 * @example alice
                 */
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    putUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The name of the user.
                 * @example alice
                 */
                username: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "uid": 7,
                 *       "email": "alice@example.org",
                 *       "token": "issue"
                 *     }
                 */
                "application/json": components["schemas"]["UserBody"];
            };
        };
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserAnswer"];
                };
            };
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            /** @description The limit of users and sessions that were put is reached. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "detail": "The limit of users and sessions that were put is reached."
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    deleteUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The name of the user.
                 * @example alice
                 */
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    putToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The name of the user.
                 * @example alice
                 */
                username: string;
                /**
                 * @description The id of the token, in profile dashboard.
                 * @example 0
                 */
                token_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "my app",
                 *       "token": "issue"
                 *     }
                 */
                "application/json": components["schemas"]["TokenBody"];
            };
        };
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenAnswer"];
                };
            };
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            /** @description The id is another user's, or the limit is reached. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "detail": "The id is another user's, or the limit is reached."
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    deleteToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The name of the user.
                 * @example alice
                 */
                username: string;
                /**
                 * @description The id of the token, in profile dashboard.
                 * @example 0
                 */
                token_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    getSessions: {
        parameters: {
            query?: {
                /** @description Only this user's sessions. */
                username?: string;
                /** @description The maximum number of items. */
                limit?: number;
                /** @description Only items after this one: the `next` of the previous page. */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionsAnswer"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    postSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "username": "alice",
                 *       "ttl": "1h"
                 *     }
                 */
                "application/json": components["schemas"]["NewSessionBody"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            /** @description The limit of users and sessions that were put is reached. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "detail": "The limit of users and sessions that were put is reached."
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    getSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The session id.
                 * @example session-of-alice
                 */
                sid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    putSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The session id.
                 * @example session-of-alice
                 */
                sid: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "username": "alice",
                 *       "expires": "2030-01-01T00:00:00Z"
                 *     }
                 */
                "application/json": components["schemas"]["SessionBody"];
            };
        };
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionAnswer"];
                };
            };
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            /** @description The id is another sandbox's or reserved, or the limit is reached. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "detail": "The id is another sandbox's or reserved, or the limit is reached."
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    deleteSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The session id.
                 * @example session-of-alice
                 */
                sid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    getCookie: {
        parameters: {
            query: {
                /** @description What is wrong with the cookie. */
                kind: "tampered" | "unsigned" | "wrong-secret" | "unknown-session" | "expired" | "userless";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CookieAnswer"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    use: {
        parameters: {
            query: {
                /** @description A user with a live session. */
                username: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    /** @description The session cookie, `animeloop.auth.sid`. */
                    "Set-Cookie": string;
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            /** @description The user has no live session. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "detail": "The user has no live session."
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    getFixtures: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/yaml": Record<string, never>;
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            /** @description The state does not fit into a fixture file. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "detail": "The state does not fit into a fixture file."
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: components["responses"]["Unprocessable"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    getRequests: {
        parameters: {
            query?: {
                /** @description Only requests to this endpoint. */
                endpoint?: "/auth/token" | "/auth/token/new" | "/auth/token/revoke" | "/auth/register" | "/auth/login" | "/auth/logout" | "/auth/verify" | "/auth/verify/sendemail" | "/profile/get-userinfo" | "/profile/update-userinfo" | "/profile/upload-new-avatar";
                /** @description Only requests that were answered with this code. */
                code?: 1320001 | 1340401 | 1940102 | 1940103 | 1950301 | 1320002 | 1320003 | 1120001 | 1940101 | 1140001 | 1140002 | 1140003 | 1140004 | 1140005 | 1140006 | 1140901 | 1220001 | 1940104 | 1940105 | 1940106 | 1220002 | 1420001 | 1440001 | 1440002 | 1420002 | 1420003 | 1450301 | 1520001 | 1520002 | 1520003 | 400;
                /** @description Only this user's requests. */
                username?: string;
                /** @description Only entries with a greater id. */
                after?: number;
                /** @description The maximum number of entries. */
                limit?: number;
                /** @description Which entries come first. */
                order?: "oldest" | "newest";
                /** @description How long to wait for a matching entry: a duration of at most 60s. */
                wait?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntriesAnswer"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            /** @description The journal is disabled (--no-request-journal). */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "detail": "The journal is disabled (--no-request-journal)."
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            /** @description Too many calls wait already. Retry without `wait`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "Too many calls wait already. Retry without `wait`."
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteRequests: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            /** @description The journal is disabled (--no-request-journal). */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "detail": "The journal is disabled (--no-request-journal)."
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    getHar: {
        parameters: {
            query?: {
                /** @description Only requests to this endpoint. */
                endpoint?: "/auth/token" | "/auth/token/new" | "/auth/token/revoke" | "/auth/register" | "/auth/login" | "/auth/logout" | "/auth/verify" | "/auth/verify/sendemail" | "/profile/get-userinfo" | "/profile/update-userinfo" | "/profile/upload-new-avatar";
                /** @description Only requests that were answered with this code. */
                code?: 1320001 | 1340401 | 1940102 | 1940103 | 1950301 | 1320002 | 1320003 | 1120001 | 1940101 | 1140001 | 1140002 | 1140003 | 1140004 | 1140005 | 1140006 | 1140901 | 1220001 | 1940104 | 1940105 | 1940106 | 1220002 | 1420001 | 1440001 | 1440002 | 1420002 | 1420003 | 1450301 | 1520001 | 1520002 | 1520003 | 400;
                /** @description Only this user's requests. */
                username?: string;
                /** @description Only entries with a greater id. */
                after?: number;
                /** @description The maximum number of entries. */
                limit?: number;
                /** @description Which entries come first. */
                order?: "oldest" | "newest";
                /** @description How long to wait for a matching entry: a duration of at most 60s. */
                wait?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            /** @description The journal is disabled (--no-request-journal). */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "detail": "The journal is disabled (--no-request-journal)."
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            /** @description Too many calls wait already. Retry without `wait`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "Too many calls wait already. Retry without `wait`."
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    countRequests: {
        parameters: {
            query?: {
                /** @description Only requests to this endpoint. */
                endpoint?: "/auth/token" | "/auth/token/new" | "/auth/token/revoke" | "/auth/register" | "/auth/login" | "/auth/logout" | "/auth/verify" | "/auth/verify/sendemail" | "/profile/get-userinfo" | "/profile/update-userinfo" | "/profile/upload-new-avatar";
                /** @description Only requests that were answered with this code. */
                code?: 1320001 | 1340401 | 1940102 | 1940103 | 1950301 | 1320002 | 1320003 | 1120001 | 1940101 | 1140001 | 1140002 | 1140003 | 1140004 | 1140005 | 1140006 | 1140901 | 1220001 | 1940104 | 1940105 | 1940106 | 1220002 | 1420001 | 1440001 | 1440002 | 1420002 | 1420003 | 1450301 | 1520001 | 1520002 | 1520003 | 400;
                /** @description Only this user's requests. */
                username?: string;
                /** @description Only entries with a greater id. */
                after?: number;
                /** @description The number of entries to wait for. */
                at_least?: number;
                /** @description How long to wait for `at_least` entries: a duration of at most 60s. */
                wait?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CountAnswer"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            /** @description The journal is disabled (--no-request-journal). */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "detail": "The journal is disabled (--no-request-journal)."
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            /** @description Too many calls wait already. Retry without `wait`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "Too many calls wait already. Retry without `wait`."
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the journal entry.
                 * @example 1
                 */
                request_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntryAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            /** @description The journal is disabled (--no-request-journal). */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "detail": "The journal is disabled (--no-request-journal)."
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    getOutbox: {
        parameters: {
            query?: {
                /** @description Only mails to this address. */
                to?: string;
                /** @description Only mails to this user. */
                username?: string;
                /** @description Only mails with a greater id. */
                after?: number;
                /** @description The maximum number of mails, oldest first. */
                limit?: number;
                /** @description How long to wait for a matching mail: a duration of at most 60s. */
                wait?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MailsAnswer"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            /** @description Too many calls wait already. Retry without `wait`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "Too many calls wait already. Retry without `wait`."
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteOutbox: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    getMail: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the mail.
                 * @example 1
                 */
                mail_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MailAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    getCoverage: {
        parameters: {
            query?: {
                /** @description This sandbox, or all sandboxes, including deleted ones. */
                scope?: "sandbox" | "server";
                /** @description Only the pairs of this page of the documentation. */
                page?: "token" | "account" | "dashboard" | "all";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CoverageAnswer"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    getOpenapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    getControlPlane: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    getSandboxes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SandboxesAnswer"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    postSandbox: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "scenario": "normal",
                 *       "ttl": "10m"
                 *     }
                 */
                "application/json": components["schemas"]["SandboxBody"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewSandboxAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            /** @description The maximum number of sandboxes is reached (--max-sandboxes). */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "The maximum number of sandboxes is reached (--max-sandboxes)."
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSandbox: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the sandbox.
                 * @example default
                 */
                sandbox_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SandboxAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    deleteSandbox: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the sandbox.
                 * @example default
                 */
                sandbox_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            /** @description The default sandbox cannot be deleted. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "detail": "The default sandbox cannot be deleted."
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    healthInSandbox: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the sandbox.
                 * @example default
                 */
                sandbox_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HealthAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    headHealthInSandbox: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the sandbox.
                 * @example default
                 */
                sandbox_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The body is not JSON, or the path is not percent-encoded UTF-8. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The mock requires its admin token (--admin-token). */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The `Host`, the origin or the site of the request is not allowed. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What the path names does not exist, or --disable-admin is set. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A field, a name or a query parameter is unknown or invalid. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request line and the headers have more than 16 KiB. */
            431: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The state of the mock cannot be reached (--state). */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    resetInSandbox: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the sandbox.
                 * @example default
                 */
                sandbox_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    getScenariosInSandbox: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the sandbox.
                 * @example default
                 */
                sandbox_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScenariosAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    getScenarioInSandbox: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the sandbox.
                 * @example default
                 */
                sandbox_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ActiveScenarioAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    putScenarioInSandbox: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the sandbox.
                 * @example default
                 */
                sandbox_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "db-down"
                 *     }
                 */
                "application/json": components["schemas"]["ScenarioBody"];
            };
        };
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScenarioAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    deleteScenarioInSandbox: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the sandbox.
                 * @example default
                 */
                sandbox_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    getFaultsInSandbox: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the sandbox.
                 * @example default
                 */
                sandbox_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FaultsAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    postFaultInSandbox: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the sandbox.
                 * @example default
                 */
                sandbox_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "operation": "save_token",
                 *       "error": "database",
                 *       "times": 1,
                 *       "ttl": "1h"
                 *     }
                 */
                "application/json": components["schemas"]["FaultBody"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdHocFaultAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            /** @description The limit of ad-hoc faults is reached. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "detail": "The limit of ad-hoc faults is reached."
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    deleteFaultsInSandbox: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the sandbox.
                 * @example default
                 */
                sandbox_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    deleteFaultInSandbox: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the sandbox.
                 * @example default
                 */
                sandbox_id: string;
                /**
                 * @description The id of the ad-hoc fault.
                 * @example 1
                 */
                fault_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    getClockInSandbox: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the sandbox.
                 * @example default
                 */
                sandbox_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClockAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    putClockInSandbox: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the sandbox.
                 * @example default
                 */
                sandbox_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "advance": "31h"
                 *     }
                 */
                "application/json": components["schemas"]["ClockBody"];
            };
        };
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClockAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    deleteClockInSandbox: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the sandbox.
                 * @example default
                 */
                sandbox_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    getUsersInSandbox: {
        parameters: {
            query?: {
                /** @description The maximum number of items. */
                limit?: number;
                /** @description Only items after this one: the `next` of the previous page. */
                after?: string;
            };
            header?: never;
            path: {
                /**
                 * @description The id of the sandbox.
                 * @example default
                 */
                sandbox_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UsersAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    getUserInSandbox: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the sandbox.
                 * @example default
                 */
                sandbox_id: string;
                /**
                 * @description The name of the user.
                 * @example alice
                 */
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    putUserInSandbox: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the sandbox.
                 * @example default
                 */
                sandbox_id: string;
                /**
                 * @description The name of the user.
                 * @example alice
                 */
                username: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "uid": 7,
                 *       "email": "alice@example.org",
                 *       "token": "issue"
                 *     }
                 */
                "application/json": components["schemas"]["UserBody"];
            };
        };
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserAnswer"];
                };
            };
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            /** @description The limit of users and sessions that were put is reached. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "detail": "The limit of users and sessions that were put is reached."
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    deleteUserInSandbox: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the sandbox.
                 * @example default
                 */
                sandbox_id: string;
                /**
                 * @description The name of the user.
                 * @example alice
                 */
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    putTokenInSandbox: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the sandbox.
                 * @example default
                 */
                sandbox_id: string;
                /**
                 * @description The name of the user.
                 * @example alice
                 */
                username: string;
                /**
                 * @description The id of the token, in profile dashboard.
                 * @example 0
                 */
                token_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "my app",
                 *       "token": "issue"
                 *     }
                 */
                "application/json": components["schemas"]["TokenBody"];
            };
        };
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenAnswer"];
                };
            };
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            /** @description The id is another user's, or the limit is reached. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "detail": "The id is another user's, or the limit is reached."
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    deleteTokenInSandbox: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the sandbox.
                 * @example default
                 */
                sandbox_id: string;
                /**
                 * @description The name of the user.
                 * @example alice
                 */
                username: string;
                /**
                 * @description The id of the token, in profile dashboard.
                 * @example 0
                 */
                token_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    getSessionsInSandbox: {
        parameters: {
            query?: {
                /** @description Only this user's sessions. */
                username?: string;
                /** @description The maximum number of items. */
                limit?: number;
                /** @description Only items after this one: the `next` of the previous page. */
                after?: string;
            };
            header?: never;
            path: {
                /**
                 * @description The id of the sandbox.
                 * @example default
                 */
                sandbox_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionsAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    postSessionInSandbox: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the sandbox.
                 * @example default
                 */
                sandbox_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "username": "alice",
                 *       "ttl": "1h"
                 *     }
                 */
                "application/json": components["schemas"]["NewSessionBody"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            /** @description The limit of users and sessions that were put is reached. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "detail": "The limit of users and sessions that were put is reached."
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    getSessionInSandbox: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the sandbox.
                 * @example default
                 */
                sandbox_id: string;
                /**
                 * @description The session id.
                 * @example session-of-alice
                 */
                sid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    putSessionInSandbox: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the sandbox.
                 * @example default
                 */
                sandbox_id: string;
                /**
                 * @description The session id.
                 * @example session-of-alice
                 */
                sid: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "username": "alice",
                 *       "expires": "2030-01-01T00:00:00Z"
                 *     }
                 */
                "application/json": components["schemas"]["SessionBody"];
            };
        };
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionAnswer"];
                };
            };
            /** @description Created. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            /** @description The id is another sandbox's or reserved, or the limit is reached. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "detail": "The id is another sandbox's or reserved, or the limit is reached."
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    deleteSessionInSandbox: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the sandbox.
                 * @example default
                 */
                sandbox_id: string;
                /**
                 * @description The session id.
                 * @example session-of-alice
                 */
                sid: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    getCookieInSandbox: {
        parameters: {
            query: {
                /** @description What is wrong with the cookie. */
                kind: "tampered" | "unsigned" | "wrong-secret" | "unknown-session" | "expired" | "userless";
            };
            header?: never;
            path: {
                /**
                 * @description The id of the sandbox.
                 * @example default
                 */
                sandbox_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CookieAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    useInSandbox: {
        parameters: {
            query: {
                /** @description A user with a live session. */
                username: string;
            };
            header?: never;
            path: {
                /**
                 * @description The id of the sandbox.
                 * @example default
                 */
                sandbox_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    /** @description The session cookie, `animeloop.auth.sid`. */
                    "Set-Cookie": string;
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            /** @description The user has no live session. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "detail": "The user has no live session."
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    getFixturesInSandbox: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the sandbox.
                 * @example default
                 */
                sandbox_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/yaml": Record<string, never>;
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            /** @description The state does not fit into a fixture file. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "detail": "The state does not fit into a fixture file."
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    getRequestsInSandbox: {
        parameters: {
            query?: {
                /** @description Only requests to this endpoint. */
                endpoint?: "/auth/token" | "/auth/token/new" | "/auth/token/revoke" | "/auth/register" | "/auth/login" | "/auth/logout" | "/auth/verify" | "/auth/verify/sendemail" | "/profile/get-userinfo" | "/profile/update-userinfo" | "/profile/upload-new-avatar";
                /** @description Only requests that were answered with this code. */
                code?: 1320001 | 1340401 | 1940102 | 1940103 | 1950301 | 1320002 | 1320003 | 1120001 | 1940101 | 1140001 | 1140002 | 1140003 | 1140004 | 1140005 | 1140006 | 1140901 | 1220001 | 1940104 | 1940105 | 1940106 | 1220002 | 1420001 | 1440001 | 1440002 | 1420002 | 1420003 | 1450301 | 1520001 | 1520002 | 1520003 | 400;
                /** @description Only this user's requests. */
                username?: string;
                /** @description Only entries with a greater id. */
                after?: number;
                /** @description The maximum number of entries. */
                limit?: number;
                /** @description Which entries come first. */
                order?: "oldest" | "newest";
                /** @description How long to wait for a matching entry: a duration of at most 60s. */
                wait?: string;
            };
            header?: never;
            path: {
                /**
                 * @description The id of the sandbox.
                 * @example default
                 */
                sandbox_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntriesAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            /** @description The journal is disabled (--no-request-journal). */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "detail": "The journal is disabled (--no-request-journal)."
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            /** @description Too many calls wait already. Retry without `wait`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "Too many calls wait already. Retry without `wait`."
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteRequestsInSandbox: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the sandbox.
                 * @example default
                 */
                sandbox_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            /** @description The journal is disabled (--no-request-journal). */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "detail": "The journal is disabled (--no-request-journal)."
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    getHarInSandbox: {
        parameters: {
            query?: {
                /** @description Only requests to this endpoint. */
                endpoint?: "/auth/token" | "/auth/token/new" | "/auth/token/revoke" | "/auth/register" | "/auth/login" | "/auth/logout" | "/auth/verify" | "/auth/verify/sendemail" | "/profile/get-userinfo" | "/profile/update-userinfo" | "/profile/upload-new-avatar";
                /** @description Only requests that were answered with this code. */
                code?: 1320001 | 1340401 | 1940102 | 1940103 | 1950301 | 1320002 | 1320003 | 1120001 | 1940101 | 1140001 | 1140002 | 1140003 | 1140004 | 1140005 | 1140006 | 1140901 | 1220001 | 1940104 | 1940105 | 1940106 | 1220002 | 1420001 | 1440001 | 1440002 | 1420002 | 1420003 | 1450301 | 1520001 | 1520002 | 1520003 | 400;
                /** @description Only this user's requests. */
                username?: string;
                /** @description Only entries with a greater id. */
                after?: number;
                /** @description The maximum number of entries. */
                limit?: number;
                /** @description Which entries come first. */
                order?: "oldest" | "newest";
                /** @description How long to wait for a matching entry: a duration of at most 60s. */
                wait?: string;
            };
            header?: never;
            path: {
                /**
                 * @description The id of the sandbox.
                 * @example default
                 */
                sandbox_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            /** @description The journal is disabled (--no-request-journal). */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "detail": "The journal is disabled (--no-request-journal)."
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            /** @description Too many calls wait already. Retry without `wait`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "Too many calls wait already. Retry without `wait`."
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    countRequestsInSandbox: {
        parameters: {
            query?: {
                /** @description Only requests to this endpoint. */
                endpoint?: "/auth/token" | "/auth/token/new" | "/auth/token/revoke" | "/auth/register" | "/auth/login" | "/auth/logout" | "/auth/verify" | "/auth/verify/sendemail" | "/profile/get-userinfo" | "/profile/update-userinfo" | "/profile/upload-new-avatar";
                /** @description Only requests that were answered with this code. */
                code?: 1320001 | 1340401 | 1940102 | 1940103 | 1950301 | 1320002 | 1320003 | 1120001 | 1940101 | 1140001 | 1140002 | 1140003 | 1140004 | 1140005 | 1140006 | 1140901 | 1220001 | 1940104 | 1940105 | 1940106 | 1220002 | 1420001 | 1440001 | 1440002 | 1420002 | 1420003 | 1450301 | 1520001 | 1520002 | 1520003 | 400;
                /** @description Only this user's requests. */
                username?: string;
                /** @description Only entries with a greater id. */
                after?: number;
                /** @description The number of entries to wait for. */
                at_least?: number;
                /** @description How long to wait for `at_least` entries: a duration of at most 60s. */
                wait?: string;
            };
            header?: never;
            path: {
                /**
                 * @description The id of the sandbox.
                 * @example default
                 */
                sandbox_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CountAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            /** @description The journal is disabled (--no-request-journal). */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "detail": "The journal is disabled (--no-request-journal)."
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            /** @description Too many calls wait already. Retry without `wait`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "Too many calls wait already. Retry without `wait`."
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getRequestInSandbox: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the sandbox.
                 * @example default
                 */
                sandbox_id: string;
                /**
                 * @description The id of the journal entry.
                 * @example 1
                 */
                request_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EntryAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            /** @description The journal is disabled (--no-request-journal). */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "title": "Conflict",
                     *       "status": 409,
                     *       "detail": "The journal is disabled (--no-request-journal)."
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    getOutboxInSandbox: {
        parameters: {
            query?: {
                /** @description Only mails to this address. */
                to?: string;
                /** @description Only mails to this user. */
                username?: string;
                /** @description Only mails with a greater id. */
                after?: number;
                /** @description The maximum number of mails, oldest first. */
                limit?: number;
                /** @description How long to wait for a matching mail: a duration of at most 60s. */
                wait?: string;
            };
            header?: never;
            path: {
                /**
                 * @description The id of the sandbox.
                 * @example default
                 */
                sandbox_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MailsAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            /** @description Too many calls wait already. Retry without `wait`. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "title": "Service Unavailable",
                     *       "status": 503,
                     *       "detail": "Too many calls wait already. Retry without `wait`."
                     *     }
                     */
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteOutboxInSandbox: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the sandbox.
                 * @example default
                 */
                sandbox_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    getMailInSandbox: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the sandbox.
                 * @example default
                 */
                sandbox_id: string;
                /**
                 * @description The id of the mail.
                 * @example 1
                 */
                mail_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MailAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    getCoverageInSandbox: {
        parameters: {
            query?: {
                /** @description This sandbox, or all sandboxes, including deleted ones. */
                scope?: "sandbox" | "server";
                /** @description Only the pairs of this page of the documentation. */
                page?: "token" | "account" | "dashboard" | "all";
            };
            header?: never;
            path: {
                /**
                 * @description The id of the sandbox.
                 * @example default
                 */
                sandbox_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CoverageAnswer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
    getOpenapiInSandbox: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The id of the sandbox.
                 * @example default
                 */
                sandbox_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The call was carried out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            422: components["responses"]["Unprocessable"];
            431: components["responses"]["HeadersTooLarge"];
            503: components["responses"]["StateUnavailable"];
        };
    };
}
