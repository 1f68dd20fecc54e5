exports.config = () => ({});
