namespace Bellman.Numerics;

/// <summary>One of a convolution's products. Threads read it while they do their part.</summary>
internal unsafe struct ConvolutionJob
{
    public WindowShape Shape;

    /// <summary>Channels of the output.</summary>
    public int Outputs;

    /// <summary>The images, or the gradient towards them.</summary>
    public float* Images;

    /// <summary>The output <c>[images, outputHeight, outputWidth, outputs]</c>, or its gradient.</summary>
    public float* Output;

    /// <summary>The weight in panels as tiles read it, or its gradient <c>[windowHeight·windowWidth·channels, outputs]</c>.</summary>
    public float* Weight;

    /// <summary>Where the sums of the output start; null for 0.</summary>
    public float* Bias;

    /// <summary>Whether ReLU is applied to the output.</summary>
    public bool Relu;

    /// <summary>Whether the gradient towards the images is added to what is there.</summary>
    public bool Accumulate;
}
