/* Browsers start no worker for a page that was opened from a folder. There a hidden frame does its
   work, so that search runs without a server. The search looks for the name IFrameWorker. */
if (location.protocol === "file:") {
  window.Worker = window.IFrameWorker = class extends EventTarget {
    constructor(address) {
      super();
      this.waiting = [];
      this.frame = document.createElement("iframe");
      this.frame.hidden = true;
      document.body.appendChild(this.frame);
      const inner = this.frame.contentWindow;
      inner.postToPage = (data) => this.tell(data);
      inner.sayReady = () => this.ready();
      inner.document.open();
      inner.document.write(
        "<!doctype html><script>" +
          "var postMessage = function (data) { postToPage(data); };" +
          "var importScripts = function () {" +
          "  return Array.prototype.reduce.call(arguments, function (before, name) {" +
          "    return before.then(function () { return new Promise(function (done, fail) {" +
          "      var one = document.createElement('script');" +
          "      one.src = name; one.onload = done; one.onerror = fail;" +
          "      document.body.appendChild(one); }); }); }, Promise.resolve()); };" +
          "</scr" + 'ipt><body><script src="' + address + '"></scr' + "ipt>" +
          "<script>sayReady();</scr" + "ipt>",
      );
      inner.document.close();
    }
    ready() {
      this.started = true;
      this.waiting.splice(0).forEach((data) => this.postMessage(data));
    }
    tell(data) {
      const event = new MessageEvent("message", { data });
      this.dispatchEvent(event);
      if (this.onmessage) this.onmessage(event);
    }
    postMessage(data) {
      if (!this.started) return void this.waiting.push(data);
      this.frame.contentWindow.dispatchEvent(new MessageEvent("message", { data }));
    }
    terminate() {
      this.frame.remove();
    }
  };
}
