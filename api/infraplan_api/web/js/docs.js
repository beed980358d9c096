// How is the page of the API's documentation drawn? By Swagger UI, from this host alone.
/* global SwaggerUIBundle */
"use strict";

SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis],
});
